/** `ngx.thread`: light threads, for waiting for several things at once. */
import { current } from "../../core/current.ts";
import { waitUntil } from "../../core/suspend.ts";
import type { Task } from "../../core/task.ts";
import { LuaThread } from "../../core/userdata.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError } from "../../stdlib/arguments.ts";
import { defineLibrary } from "../../stdlib/library.ts";
import { after, entryOf } from "./entry.ts";
import { LightThread, lightThreadOf, type Parent } from "./lightThread.ts";

/** So many may be started one inside the other, each on the JavaScript stack of the one before. */
const MAX_START_DEPTH = 200;

const TAKEN = [undefined, "already waited or killed"];

export const threadLibrary = defineLibrary("ngx.thread", {
  /**
   * Makes a light thread, which runs a function beside the code that made it: at once, until it waits
   * for the first time. `coroutine.yield` in it lets others run. Returns its coroutine.
   *
   * @signature (callee, ...)
   */
  spawn: (callee, ...values) => {
    if (typeof callee !== "function") return argumentError(1, "Lua function expected");
    const creator = runningTask();
    if (entryOf(creator).startDepth >= MAX_START_DEPTH) return callerError("C stack overflow");
    const thread = new LightThread(callee, creator);
    thread.start(values);
    return thread.coroutine;
  },

  /**
   * Waits until one of some light threads has ended: true and its results, or false and its error. Each
   * can be waited for once; nil and "already waited or killed" when none is left.
   *
   * @signature (thread, ...)
   * @throws LuaError "only the parent coroutine can wait on the thread"
   */
  wait: (...values) => {
    const parent = runningParent();
    if (values.length === 0) return callerError("at least one coroutine should be specified");
    const alive: LightThread[] = [];
    for (const [index, value] of values.entries()) {
      const thread = childOf(parent, value, index + 1);
      const outcome = thread.take();
      if (outcome !== undefined) return outcome;
      if (thread.isAlive) alive.push(thread);
    }
    return alive.length === 0 ? TAKEN : waitForAny(alive);
  },

  /**
   * Ends a light thread where it waits: 1, or nil and why not, such as "already terminated". Only who
   * made it can.
   */
  kill: (coroutine) => {
    const parent = runningParent();
    if (!(coroutine instanceof LuaThread)) return argumentError(1, "lua thread expected");
    const thread = lightThreadOf(coroutine);
    if (thread === undefined) return [undefined, "not user thread"];
    if (thread.parent !== parent) return [undefined, "killer not parent"];
    if (thread.take() !== undefined) return [undefined, "already terminated"];
    if (!thread.isAlive) return TAKEN;
    thread.kill();
    return 1;
  },
});

function runningTask(): Task {
  return current.task ?? callerError("no request found");
}

function runningParent(): Parent {
  const task = runningTask();
  return current.thread ?? task;
}

function childOf(parent: Parent, value: LuaValue, argument: number): LightThread {
  if (!(value instanceof LuaThread)) return argumentError(argument, "lua thread expected");
  const thread = lightThreadOf(value);
  if (thread === undefined) {
    return callerError("attempt to wait on a coroutine that is not a user thread");
  }
  return thread.parent === parent
    ? thread
    : callerError("only the parent coroutine can wait on the thread");
}

/** The outcome of the first that ends; the others can be waited for again. */
function waitForAny(threads: readonly LightThread[]): Results {
  const { state, task } = current;
  const listen = (onEnd: LightThread["onEnd"]): void => {
    for (const thread of threads) thread.onEnd = onEnd;
  };
  return waitUntil((waiter) => {
    listen((outcome) => {
      listen(undefined);
      // Not now: threads that wait for one another would pile up on the stack.
      after({ state, task }, 0, () => {
        waiter.wake(outcome);
      });
    });
    return () => {
      listen(undefined);
    };
  });
}
