/** The options that let a debugger attach, and what their values mean. */
import { UserError } from "../errors.ts";
import { MAX_PORT } from "../portOption.ts";

export const INSPECT_OPTIONS = {
  inspect: {
    type: "string",
    placeholder: "HOST:PORT",
    isValueOptional: true,
    description: "Let a debugger attach (127.0.0.1:9229); limits of time are off",
  },
  "inspect-brk": {
    type: "string",
    placeholder: "HOST:PORT",
    isValueOptional: true,
    description: "As --inspect, but wait for it and stop at the first line of Lua",
  },
} as const;

export interface InspectOptions {
  readonly inspect: string | undefined;
  readonly "inspect-brk": string | undefined;
}

export interface InspectAddress {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** What debuggers try unless told otherwise. */
const DEFAULT_ADDRESS: InspectAddress = { host: "127.0.0.1", port: 9229 };

/**
 * Reads "HOST:PORT", "PORT", "HOST", "[::1]:PORT" or "".
 *
 * @param option For messages: "--inspect".
 * @throws UserError "'x:y' is no address (option '--inspect')"
 */
export function parseInspectAddress(text: string, option: string): InspectAddress {
  if (text === "") return DEFAULT_ADDRESS;
  const found = ADDRESS_FORMS.map((form) => form.exec(text)?.groups).find(Boolean);
  const { host = DEFAULT_ADDRESS.host, port = String(DEFAULT_ADDRESS.port) } = found ?? {};
  if (found === undefined || Number(port) > MAX_PORT) {
    throw new UserError(
      `'${text}' is no address (option '${option}')`,
      `write ${option}=HOST:PORT, such as ${option}=127.0.0.1:9230, or only a port`,
    );
  }
  return { host, port: Number(port) };
}

const ADDRESS_FORMS = [
  /^(?<port>\d+)$/,
  /^(?<host>[^:[\]]+)(?::(?<port>\d+))?$/,
  /^\[(?<host>[\da-fA-F:.]+)\](?::(?<port>\d+))?$/,
];
