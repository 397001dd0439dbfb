/** What functions see of the process in a bundle without a server: some variables, and no way to end it. */
import { LuaError } from "../../runtime/index.ts";
import type { HostProcess } from "../../runtime/host.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { secretHider } from "../secrets.ts";

/** Values of environment variables, by name; those that are no strings are none. */
export type Environment = Readonly<Record<string, unknown>>;

export interface ReadableVariables {
  /** Names of those that functions may read. */
  readonly readable: readonly string[];
  /** Names of others that nobody else is to see. */
  readonly secret?: readonly string[];
  /** Of whoever calls now. */
  readonly environment: () => Environment;
}

export function readableProcess({
  readable,
  secret = [],
  environment,
}: ReadableVariables): Pick<HostProcess, "environmentVariable" | "hideSecrets" | "exit"> {
  const names = new Set(readable);
  const valueOf = (name: string): string | undefined => {
    const env = environment();
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const hidden = [...names, ...secret];
  return {
    environmentVariable: (name) => {
      const key = fromBytes(name);
      const value = names.has(key) ? valueOf(key) : undefined;
      return value === undefined ? undefined : toBytes(value);
    },
    // Who calls next may have other values.
    hideSecrets: (text) => secretHider(hidden.map((name) => [name, valueOf(name) ?? ""]))(text),
    exit: (): never => {
      throw new LuaError("os.exit is not available to a function: it would end the server");
    },
  };
}
