/** Errors that nobody receives go to the standard error, in the words of OpenResty's log. */
import type { LuaError } from "../../core/error.ts";
import { withoutReplaced } from "../../core/stack.ts";
import type { LuaState } from "../../core/state.ts";
import type { Stopped } from "../../core/stopped.ts";
import { deathStackOf } from "../../core/thread.ts";
import { plainText } from "../../core/toText.ts";
import { formatTraceback } from "../../core/traceback.ts";
import type { LuaThread } from "../../core/userdata.ts";

export function report(state: LuaState, text: string): void {
  const { stdout, stderr } = state.host.files;
  // What the program printed before comes before.
  stdout.flush();
  stderr.write(`${text}\n`);
}

/** Reports the error that a light thread ended with. */
export function reportThread(state: LuaState, coroutine: LuaThread, error: LuaError): void {
  const frames = withoutReplaced(deathStackOf(coroutine) ?? []);
  const traceback = state.enter(() => formatTraceback(frames));
  report(state, `lua user thread aborted: runtime error: ${plainText(error.value)}\n${traceback}`);
}

/** Reports what the callback of a timer ended with. */
export function reportTimer(state: LuaState, error: LuaError | Stopped): void {
  const text = "message" in error ? error.message : `runtime error: ${plainText(error.value)}`;
  report(state, `lua entry thread aborted: ${text}, context: ngx.timer\n${error.traceback ?? ""}`);
}
