/** What `lua` prints for an error that nobody catches. */
import {
  LuaError,
  metamethod,
  numberToString,
  type LuaState,
  type LuaValue,
} from "../runtime/index.ts";
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
  const { value, traceback } = thrown;
  try {
    const text = errorText(state, value);
    if (text === undefined) return "(error object is not a string)";
    return traceback === undefined ? text : `${text}\n${traceback}`;
  } catch (second) {
    if (second instanceof LuaError) return "error in error handling";
    throw second;
  }
}

/**
 * @returns `undefined` for a value that has no text of its own.
 * @throws LuaError what its `__tostring` does
 */
function errorText(state: LuaState, value: LuaValue): string | undefined {
  let text = value;
  const makesText = state.enter(() => metamethod(value, "__tostring"));
  if (!isText(text) && !state.isPuc51 && makesText !== undefined) {
    [text] = state.call(makesText, value);
  }
  if (typeof text === "number") return numberToString(text);
  return typeof text === "string" ? text : undefined;
}

function isText(value: LuaValue): boolean {
  return typeof value === "string" || typeof value === "number";
}
