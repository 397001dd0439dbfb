/**
 * Where a host lets programs run but makes no code of texts any more: what can't be loaded is told in Lua. Calls need
 * their resume script to suspend (frames.ts), so that is an error where they would; one that leaves by an error does not.
 */
import { current, REASON } from "./current.ts";
import { raise } from "./error.ts";
import { resumeCode, type ResumeCode } from "./frames.ts";
import { passError } from "./raising.ts";
import type { Script } from "./script.ts";
import type { Results } from "./value.ts";

const REASON_TEXT = "this host does not let programs compile any code";

export const CANNOT_LOAD = `code can't be loaded here: ${REASON_TEXT}`;
export const CANNOT_SUSPEND = `functions can't yield or wait here: ${REASON_TEXT}`;

/** Whether the engine refused to make code of a text. */
export function isRefused(thrown: unknown): boolean {
  return (thrown as { name?: unknown } | null)?.name === "EvalError";
}

/**
 * Stands for a resume script that was refused: has its functions, by their names `f1`, `f2`, ..., which make no frame.
 *
 * @throws LuaError `CANNOT_SUSPEND`, from these functions
 */
export function refusedFrames(script: Script): object {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        const code = resumeCode(
          script,
          Number(String(name).slice(1)),
          (_frame, results) => results,
        );
        return (pc: number) => refuse(code, pc);
      },
    },
  );
}

function refuse(code: ResumeCode, pc: number): Results {
  if (current.reason === REASON.raise) return passError({ parent: undefined, code, pc });
  current.base.left = undefined;
  return raise(code.position(pc) + CANNOT_SUSPEND);
}
