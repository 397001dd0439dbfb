/** Local variables of stack levels (manual 5.9, `lua_getlocal`). */
import type { Activation, Box } from "../../core/activation.ts";
import { current } from "../../core/current.ts";
import type { LuaFrame } from "../../core/stack.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import type { DebugVariable, Temporary } from "../../host.ts";
import { argumentError, callerError, checkInteger } from "../arguments.ts";
import { checkPassed } from "../base/passed.ts";
import { NEEDS_ACCESS } from "./access.ts";
import { debugInfoOf, describeFrame, describeFunction, placeText } from "./functionInfo.ts";
import { isOther, levelOf, splitThread } from "./levels.ts";

/** What can be read and written. */
interface Local {
  readonly name: string;
  value: LuaValue;
}

export function getLocal(given: readonly LuaValue[]): Results {
  const { values, shift, thread } = splitThread(given);
  const index = checkInteger(values[1], 2 + shift);
  const [target] = values;
  if (typeof target === "function" && !current.state.isPuc51) return parameterName(target, index);
  const level = checkInteger(target, 1 + shift);
  const found = levelOf(thread, level);
  if (found === undefined) return argumentError(1 + shift, "level out of range");
  if (level === 0 && !isOther(thread)) return ownArgument(given, index);
  const local = findLocal(found.frame, index);
  return local === undefined ? undefined : [local.name, local.value];
}

export function setLocal(given: readonly LuaValue[]): Results {
  const { values, shift, thread } = splitThread(given);
  const level = checkInteger(values[0], 1 + shift);
  const found = levelOf(thread, level);
  if (found === undefined) return argumentError(1 + shift, "level out of range");
  checkPassed(given, 3 + shift);
  const index = checkInteger(values[1], 2 + shift);
  if (level === 0 && !isOther(thread)) {
    return ownArgument(given, index) === undefined ? undefined : TEMPORARY;
  }
  const local = findLocal(found.frame, index);
  if (local === undefined) return undefined;
  local.value = values[2];
  return local.name;
}

const TEMPORARY = "(*temporary)";

/** A variable of a function that does not run: a parameter, which has a name only. */
function parameterName(target: LuaFunction, index: number): LuaValue {
  return debugInfoOf(describeFunction(target))?.parameters[index - 1];
}

/** The builtin that asks has nothing but its arguments. */
function ownArgument(given: readonly LuaValue[], index: number): Results {
  return index < 1 || index > given.length ? undefined : [TEMPORARY, given[index - 1]];
}

function findLocal(
  frame: { readonly kind: "builtin" } | LuaFrame,
  index: number,
): Local | undefined {
  if (frame.kind === "builtin") return undefined;
  const { activation } = frame;
  if (activation === undefined) {
    const place = placeText(describeFrame(frame, undefined));
    return callerError(`the variables of ${place} can't be reached: ${NEEDS_ACCESS}`);
  }
  if (index < 0) return current.state.isPuc51 ? undefined : vararg(activation, -index - 1);
  const known = knownVariables(frame, activation);
  const variable = known[index - 1];
  if (variable !== undefined) return localOf(activation, variable);
  const temporary = frame.site?.temporaries?.[index - 1 - known.length];
  return temporary === undefined ? undefined : temporaryOf(activation, temporary);
}

/** An operand of a statement that is not yet done with; what is a constant there stays one. */
function temporaryOf(activation: Activation, temporary: Temporary): Local {
  if ("slot" in temporary) {
    return localOf(activation, { name: TEMPORARY, isBoxed: false, ...temporary });
  }
  return { name: TEMPORARY, value: temporary.value };
}

function vararg({ varargs }: Activation, offset: number): Local | undefined {
  if (offset >= varargs.length) return undefined;
  return {
    name: "(*vararg)",
    get value() {
      return varargs[offset];
    },
    set value(value) {
      varargs[offset] = value;
    },
  };
}

/** The variables that are known where the function is. */
function knownVariables({ script, site }: LuaFrame, { closure }: Activation): DebugVariable[] {
  const info = script.debugInfo(closure.functionIndex);
  const offset = site?.offset ?? 0;
  return info?.variables.filter(({ start, end }) => start <= offset && offset < end) ?? [];
}

function localOf(
  { locals }: Activation,
  { name, slot, isBoxed }: Pick<DebugVariable, "name" | "slot" | "isBoxed">,
): Local {
  if (!isBoxed) {
    return {
      name,
      get value() {
        return locals[slot] as LuaValue;
      },
      set value(value) {
        locals[slot] = value;
      },
    };
  }
  // Before its declaration has run there is no box yet.
  const box = (locals[slot] ??= { v: undefined }) as Box;
  return {
    name,
    get value() {
      return box.v;
    },
    set value(value) {
      box.v = value;
    },
  };
}
