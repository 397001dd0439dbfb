/**
 * `debug.debug`: runs the lines of the standard input, one by one, until one is `cont`. Synchronous, as all
 * that reads files: nothing else runs meanwhile, and the lines can't wait.
 */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import { plainText } from "../../core/toText.ts";
import type { Results } from "../../core/value.ts";
import { standardInput } from "../io/streams.ts";

const PROMPT = "lua_debug> ";
const CHUNK_NAME = "=(debug command)";

/** @returns Nothing; errors of the lines are told on standard error. */
export function readDebugCommands(): Results {
  const { state } = current;
  const { stdout, stderr } = state.host.files;
  const input = standardInput(state);
  for (;;) {
    stdout.flush();
    stderr.write(PROMPT);
    const line = input?.readLine(true);
    if (line === undefined || line === "cont\n") return NONE;
    try {
      state.call(state.load(line, CHUNK_NAME));
    } catch (thrown) {
      stdout.flush();
      stderr.write(`${messageOf(thrown)}\n`);
    }
  }
}

function messageOf(thrown: unknown): string {
  const { isLuaSyntaxError, message } = thrown as { isLuaSyntaxError?: true; message?: string };
  if (isLuaSyntaxError === true && message !== undefined) return message;
  if (!(thrown instanceof LuaError)) throw thrown;
  const { value } = thrown;
  return typeof value === "string" || typeof value === "number"
    ? plainText(value)
    : "(error object is not a string)";
}
