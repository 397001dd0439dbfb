/** Colours for terminals. */
import type { Writable } from "node:stream";
import type { CommandContext } from "./command.ts";

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
}

const CODES = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
} as const;

/** Colours only when the stream is a terminal and https://no-color.org does not forbid them. */
export function styleFor(stream: Writable, env: CommandContext["env"]): Style {
  const isForbidden = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const isColoured = isTerminal(stream) && !isForbidden;
  const paint =
    (code: number): Paint =>
    (text) =>
      isColoured ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    blue: paint(CODES.blue),
    magenta: paint(CODES.magenta),
    cyan: paint(CODES.cyan),
  };
}

export function isTerminal(stream: object): boolean {
  return (stream as { isTTY?: unknown }).isTTY === true;
}
