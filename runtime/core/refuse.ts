/**
 * Operators that refuse an operand, for emitted code, which can be left at each: where nobody wants to look at the stack the error leaves,
 * as `error` does (raising.ts), and the message is made of what is known of the exit. Else it is thrown.
 * (Measured: `pcall` of functions that index nil and add to it takes 1/35 of the time that throwing takes.)
 *
 * Not for calls: one in the place of a tail call leaves no frame, and so no line. Nor where a builtin that can't be left works on
 * operands, such as `table.sort`.
 */
import type { Pending } from "./call.ts";
import { current } from "./current.ts";
import { fault, operandFault } from "./error.ts";
import { typeOf } from "./metatable.ts";
import { ComparisonRefusal, leaveWithError, mayLeaveWithError, OperandRefusal } from "./raising.ts";
import type { LuaValue } from "./value.ts";

/** Each throws, or leaves. They are the functions closest to the operator: frames between cost time when the stack is looked at. */
export const refuse = {
  /** @param isOperand Whether `value` is what the program wrote, not found along an `__index`. */
  index(value: LuaValue, isOperand: boolean): Pending {
    const operand = isOperand ? 0 : undefined;
    return mayLeave()
      ? leaveOperator(new OperandRefusal("index", typeOf(value), operand))
      : operandFault("index", value, operand);
  },

  /** The culprit is the right operand when the left one is a number (or looks like one). */
  arithmetic(left: LuaValue, right: LuaValue, leftIsNumber: boolean): Pending {
    const action = "perform arithmetic on";
    const [value, operand] = leftIsNumber ? ([right, 1] as const) : ([left, 0] as const);
    return mayLeave()
      ? leaveOperator(new OperandRefusal(action, typeOf(value), operand))
      : operandFault(action, value, operand);
  },

  concatenate(left: LuaValue, right: LuaValue): Pending {
    const leftIsFine = typeof left === "string" || typeof left === "number";
    const [value, operand] = leftIsFine ? ([right, 1] as const) : ([left, 0] as const);
    return mayLeave()
      ? leaveOperator(new OperandRefusal("concatenate", typeOf(value), operand))
      : operandFault("concatenate", value, operand);
  },

  length(value: LuaValue): Pending {
    const action = "get length of";
    return mayLeave()
      ? leaveOperator(new OperandRefusal(action, typeOf(value), 0))
      : operandFault(action, value, 0);
  },
};

/** Of values that have no order. */
export function refuseComparison(left: LuaValue, right: LuaValue): Pending {
  return mayLeave()
    ? leaveOperator(new ComparisonRefusal(left, right))
    : fault.compare(left, right);
}

function leaveOperator(refusal: OperandRefusal | ComparisonRefusal): Pending {
  leaveWithError(refusal, 1);
  return null;
}

/** As `error` in Lua 5.1, whose operators are other helpers (helpers/puc51.ts). */
function mayLeave(): boolean {
  return mayLeaveWithError() && !current.state.isPuc51;
}
