/**
 * The helpers of the dialect `5.1`: those that may call metamethods do so where a coroutine can't
 * yield (core/boundary.ts).
 */
import { withinBoundary } from "../core/boundary.ts";
import { asResults, first, type Pending } from "../core/call.ts";
import { TAIL_CALL_BUDGET } from "../core/current.ts";
import { BUILTIN_PREFIX } from "../core/stack.ts";
import type { LuaValue, Results } from "../core/value.ts";
import * as helpers from "./index.ts";

type Helper = (...values: LuaValue[]) => LuaValue | Pending;

function within(helper: (...values: never[]) => LuaValue | Pending): Helper {
  const called = (...values: LuaValue[]): Results => asResults((helper as Helper)(...values));
  return (...values) => first(withinBoundary(called, ...values));
}

const { add, concat, div, eq, field, getGlobal, getVariable, index } = helpers;
const { le, length, lt, mod, mul, pow, setField, setGlobal, setIndex } = helpers;
const { setVariable, sub, unm } = helpers;

const calling = { add, concat, div, eq, field, getGlobal, getVariable, index, le, length, lt };
const others = { mod, mul, pow, setField, setGlobal, setIndex, setVariable, sub, unm };

/** Builtins never take the place of their caller, whose position errors have. */
function tailCall(callee: LuaValue, values: readonly LuaValue[]): Results {
  const isBuiltin = typeof callee === "function" && callee.name.startsWith(BUILTIN_PREFIX);
  if (!isBuiltin) return helpers.tailCall(callee, values);
  helpers.current.tailBudget = TAIL_CALL_BUDGET;
  return callee(...values);
}

export const helpers51: object = {
  ...helpers,
  tailCall,
  ...Object.fromEntries(
    Object.entries({ ...calling, ...others }).map(([name, helper]) => [name, within(helper)]),
  ),
};
