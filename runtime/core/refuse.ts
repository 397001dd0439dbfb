/**
 * Operators that refuse an operand, for operators of emitted code, which can be left at each: where nobody wants to look at the stack the
 * error leaves, as `error` does (raising.ts), and the message is made of what is known of the exit. Else it is thrown.
 * (Measured: `pcall` of functions that index nil and add to it takes 1/35 of the time that throwing took.)
 *
 * Not for calls: one in the place of a tail call leaves no frame, and so no line. Not where the error may come out of a builtin's own work
 * on operands, such as a comparison that `<=` negates.
 */
import type { Suspension } from "./call.ts";
import { current } from "./current.ts";
import { fault } from "./error.ts";
import { typeOf } from "./metatable.ts";
import { leaveWithRefusal, mayLeaveWithError, Refusal } from "./raising.ts";
import type { LuaValue } from "./value.ts";

/** Each as in `fault`. */
export const refuse = {
  index(value: LuaValue, isOperand: boolean): Suspension {
    if (!mayLeave()) return fault.index(value, isOperand);
    return leave("index", value, isOperand ? 0 : undefined);
  },

  arithmetic(left: LuaValue, right: LuaValue, leftIsNumber: boolean): Suspension {
    if (!mayLeave()) return fault.arithmetic(left, right, leftIsNumber);
    const action = "perform arithmetic on";
    return leftIsNumber ? leave(action, right, 1) : leave(action, left, 0);
  },

  concatenate(left: LuaValue, right: LuaValue): Suspension {
    if (!mayLeave()) return fault.concatenate(left, right);
    const leftIsFine = typeof left === "string" || typeof left === "number";
    return leftIsFine ? leave("concatenate", right, 1) : leave("concatenate", left, 0);
  },

  length(value: LuaValue): Suspension {
    return mayLeave() ? leave("get length of", value, 0) : fault.length(value);
  },
};

/** As `error` in Lua 5.1, whose operators are other helpers (helpers/puc51.ts). */
function mayLeave(): boolean {
  return mayLeaveWithError() && !current.state.isPuc51;
}

function leave(action: string, value: LuaValue, operand: number | undefined): Suspension {
  return leaveWithRefusal(new Refusal(action, typeOf(value), operand));
}
