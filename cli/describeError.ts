/** What `lua` prints for an error that nobody catches. */
import { LuaError, LuaTable, type LuaState, type LuaValue } from "../runtime/index.ts";
import { isLuaSyntaxError } from "./compile.ts";

/**
 * The message and, where one was raised, the traceback. What is none of Lua is thrown on.
 *
 * @returns `undefined` for the error nil, of which nothing is told.
 */
export function describeError(state: LuaState, thrown: unknown): string | undefined {
  if (isLuaSyntaxError(thrown)) return thrown.message;
  if (!(thrown instanceof LuaError)) throw thrown;
  if (thrown.value === undefined) return undefined;
  const text = errorText(state, thrown.value);
  if (text === undefined) return "(error object is not a string)";
  return thrown.traceback === undefined ? text : `${text}\n${thrown.traceback}`;
}

/** @returns `undefined` for a value that has no text of its own. */
function errorText(state: LuaState, value: LuaValue): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number" && (state.isPuc51 || !hasText(value))) return undefined;
  try {
    const [text] = state.call(state.globals.getString("tostring"), value);
    return typeof text === "string" ? text : undefined;
  } catch (thrown) {
    if (thrown instanceof LuaError) return undefined;
    throw thrown;
  }
}

function hasText(value: LuaValue): boolean {
  return value instanceof LuaTable && value.metatable?.getString("__tostring") !== undefined;
}
