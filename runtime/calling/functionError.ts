/** What a call of a function throws that raised an error, took too long, or returned what JSON can't say. */
import { decodeUtf8 } from "../core/utf8.ts";
import type { Failure } from "../functions/index.ts";

export class FunctionError extends Error {
  /** Where it was raised; the line from 1. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Of Lua; `undefined` when no Lua code was running. */
  readonly traceback: string | undefined;
  /** As the gateway would reply: 504 for a timeout, else 500. */
  readonly status: number;

  /** @param failure Texts in bytes. */
  constructor({ text, file, line, traceback }: Failure, status: number, options?: ErrorOptions) {
    super(toText(text), options);
    this.name = "FunctionError";
    this.file = file === undefined ? undefined : toText(file);
    this.line = line;
    this.traceback = traceback === undefined ? undefined : toText(traceback);
    this.status = status;
    // The stack of JavaScript would tell of the runtime only.
    const stack = this.traceback === undefined ? "" : `\n${this.traceback}`;
    Object.defineProperty(this, "stack", { value: `${this.name}: ${this.message}${stack}` });
  }
}

/** What is no UTF-8 is taken for Latin-1. */
function toText(bytes: string): string {
  return decodeUtf8(bytes) ?? bytes;
}
