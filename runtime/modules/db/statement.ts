/** The arguments of `query` and `rows`, as a statement. */
import { current } from "../../core/current.ts";
import type { LuaValue } from "../../core/value.ts";
import type { Statement } from "../../database/database.ts";
import { argumentError, checkString } from "../../stdlib/arguments.ts";
import { toParameter, toText } from "./parameters.ts";

/** The protocol counts them in 16 bits. */
const MAX_PARAMETERS = 65_535;

/**
 * @param argument Where the text is among the arguments of the function that runs; its values are behind it.
 * @throws LuaError "bad argument #1 to 'query' (...)"
 */
export function checkStatement(values: readonly LuaValue[], argument: number): Statement {
  const text = toText(checkString(values[argument - 1], argument), argument);
  const given = values.slice(argument);
  if (given.length > MAX_PARAMETERS) {
    return argumentError(argument, `more than ${String(MAX_PARAMETERS)} values`);
  }
  const { state } = current;
  const parameters = given.map((value, index) => toParameter(value, argument + 1 + index, state));
  return { text, parameters };
}
