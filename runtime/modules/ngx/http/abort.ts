/** What a function learns of a client that goes before it has its reply. */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { typeOf } from "../../../core/metatable.ts";
import type { LuaState } from "../../../core/state.ts";
import { waitUntil } from "../../../core/suspend.ts";
import type { Task } from "../../../core/task.ts";
import type { LuaFunction, LuaValue, Results } from "../../../core/value.ts";
import type { HttpReply } from "../../../http.ts";
import { argumentError, callerError, checkNumber } from "../../../stdlib/arguments.ts";
import { defineLibrary } from "../../../stdlib/library.ts";
import { after, entryOf, type Entry } from "../entry.ts";
import { LightThread } from "../lightThread.ts";
import { toMilliseconds } from "../time.ts";
import { exchange } from "./running.ts";

export const GONE: readonly LuaValue[] = [undefined, "client aborted"];

/** Those that have a handler. */
const handled = new WeakSet<Entry>();

export const abortLibrary = defineLibrary("ngx", {
  /**
   * Has a function called, without arguments and as a light thread, when the client goes before it has all of
   * the reply. `ngx.exit(499)` in it ends the call; else that goes on. 1, or nil and "duplicate call" for another one.
   *
   * @signature (callback)
   */
  on_abort: (callback) => {
    if (typeof callback !== "function") {
      return argumentError(1, `function expected, got ${typeOf(callback)}`);
    }
    const { reply } = exchange();
    const { state, task } = current;
    if (task === undefined) return callerError("no request found");
    const entry = entryOf(task);
    if (handled.has(entry)) return [undefined, "duplicate call"];
    handled.add(entry);
    const run = (): void => {
      takeBack();
      runHandler(callback, { state, task, entry });
    };
    const cancel = isGone(reply) ? after({ state, task }, 0, run) : reply.onAbort(run);
    const takeBack = entry.onEnd(cancel);
    return 1;
  },
});

/** For `sse`: what nothing of OpenResty's is like. */
export const clientLibrary = defineLibrary("sse", {
  /** Whether the client has gone before it had all of the reply. */
  closed: () => isGone(exchange().reply),

  /**
   * Waits for some seconds, as `ngx.sleep` does, but no longer than the client is there: true, or nil and "client
   * aborted".
   *
   * @signature (seconds)
   * @throws LuaError "bad argument #1 to 'wait' (a time of 0 seconds or more expected)"
   */
  wait: (seconds) => {
    const delayMs = toMilliseconds(checkNumber(seconds, 1));
    if (!(delayMs >= 0)) return argumentError(1, "a time of 0 seconds or more expected");
    const { reply } = exchange();
    return isGone(reply) ? GONE : waitWhileThere(reply, delayMs);
  },
});

/** Whether nobody is there to read the rest. */
function isGone({ isAborted, isEnded }: HttpReply): boolean {
  return isAborted && !isEnded;
}

function waitWhileThere(reply: HttpReply, delayMs: number): Results {
  const { state, task } = current;
  return waitUntil((waiter) => {
    const stopListening = reply.onAbort(() => {
      stopClock();
      waiter.wake(GONE);
    });
    const stopClock = after({ state, task }, delayMs, () => {
      stopListening();
      waiter.wake(true);
    });
    return () => {
      stopClock();
      stopListening();
    };
  });
}

interface Handling {
  readonly state: LuaState;
  /** Whose client it was. It may have ended, while light threads of its entry go on. */
  readonly task: Task;
  readonly entry: Entry;
}

function runHandler(callback: LuaFunction, { state, task, entry }: Handling): void {
  const before = current.enter(state, task, task.invocation);
  try {
    new LightThread(callback, task).start(NONE);
  } catch (thrown) {
    // `ngx.exit` in it, or a limit: the end of all that runs for the request.
    entry.abort(thrown);
  } finally {
    current.exit(before);
  }
}
