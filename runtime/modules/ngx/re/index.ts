/** The functions of `ngx.re` (../re.ts). */
import type { LuaTable } from "../../../core/table.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { NONE } from "../../../core/call.ts";
import {
  callerError,
  checkNumber,
  checkTable,
  optionalInteger,
} from "../../../stdlib/arguments.ts";
import { defineBuiltin } from "../../../stdlib/library.ts";
import { captureTable } from "./captures.ts";
import { afterMatch, readRequest, searchError } from "./search.ts";

export { substitute } from "./substitute.ts";
export { split } from "./split.ts";

export function match(values: readonly LuaValue[]): Results {
  const { subject, regex } = readRequest(values, 3);
  if (typeof regex === "string") return [undefined, regex];
  const context = contextOf(values[3]);
  const outcome = regex.search(subject, startOf(context));
  if (outcome < 0) return [undefined, searchError(outcome)];
  if (outcome === 0) return undefined;
  context?.setString("pos", regex.end + 1);
  const [, , , , table] = values;
  return captureTable(regex, table === undefined ? undefined : checkTable(table, 5));
}

export function find(values: readonly LuaValue[]): Results {
  const { subject, regex } = readRequest(values, 3);
  if (typeof regex === "string") return [undefined, undefined, regex];
  const context = contextOf(values[3]);
  const outcome = regex.search(subject, startOf(context));
  if (outcome < 0) return [undefined, undefined, searchError(outcome)];
  if (outcome === 0) return undefined;
  context?.setString("pos", regex.end + 1);
  const group = Math.max(0, optionalInteger(values[4], 5, 0));
  if (group > regex.groupCount) return [undefined, undefined, "nth out of bound"];
  const place = regex.place(group);
  return place === undefined ? [undefined, undefined] : [place[0] + 1, place[1]];
}

export function gmatch(values: readonly LuaValue[]): Results {
  const { subject, regex } = readRequest(values, 3);
  if (typeof regex === "string") return [undefined, regex];
  let from = 0;
  return defineBuiltin("gmatch_iterator", () => {
    if (from > subject.length) return undefined;
    const outcome = regex.search(subject, from);
    from = outcome > 0 ? afterMatch(regex) : Infinity;
    if (outcome < 0) return [undefined, searchError(outcome)];
    return outcome === 0 ? undefined : captureTable(regex);
  });
}

export function setOption(option: LuaValue): Results {
  return option === "jit_stack_size" ? NONE : callerError("unrecognized option name");
}

function contextOf(value: LuaValue): LuaTable | undefined {
  return value === undefined ? undefined : checkTable(value, 4);
}

/** From 0. */
function startOf(context: LuaTable | undefined): number {
  const position = context?.getString("pos");
  return position === undefined ? 0 : Math.max(0, Math.trunc(checkNumber(position, 4)) - 1);
}
