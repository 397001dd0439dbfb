/** Builtins that call Lua functions which may wait, and go on with their results. */
import { settleAll } from "../../../core/call.ts";
import { BuiltinFrame, builtinCode, leave, type ResumeCode } from "../../../core/frames.ts";
import type { LuaValue, Results } from "../../../core/value.ts";

/** Goes on with the results of a call, at once or when it has ended. */
export function proceed(
  code: ResumeCode,
  outcome: Results,
  next: (results: readonly LuaValue[]) => Results,
): Results {
  const results = settleAll(outcome);
  return results === null ? leave(new Proceeding(code, next)) : next(results);
}

class Proceeding extends BuiltinFrame {
  private readonly next: (results: readonly LuaValue[]) => Results;

  constructor(code: ResumeCode, next: (results: readonly LuaValue[]) => Results) {
    super(code);
    this.next = next;
  }

  run(results: Results): Results {
    return proceed(this.code, results, this.next);
  }
}

export const VALIDATOR_CODE = builtinCode("validator");
