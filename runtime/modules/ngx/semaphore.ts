/** The module `ngx.semaphore`: light threads that wait for one another. */
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { waitUntil } from "../../core/suspend.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { callerError, checkNumber, optionalNumber } from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { after } from "./entry.ts";
import { toMilliseconds } from "./time.ts";

const TIMEOUT = [undefined, "timeout"];

const semaphoreLibrary = defineLibrary("ngx.semaphore", {
  /**
   * A new semaphore, with some resources; none unless told.
   *
   * @throws LuaError "no negative number"
   */
  new: (count) => {
    const resources = Math.trunc(optionalNumber(count, 1, 0));
    if (resources < 0) return callerError("no negative number");
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    semaphores.set(object, new Semaphore(current.state, resources));
    return object;
  },

  /**
   * Takes a resource, and waits for one when there is none: true, or nil and "timeout" after so many
   * seconds. With 0 it never waits. Who waits longest is served first.
   *
   * @signature (self, timeout)
   * @throws LuaError "not a semaphore instance", "no negative number"
   */
  wait: (self, timeout) => {
    const semaphore = checkSemaphore(self);
    const timeoutMs = toMilliseconds(checkNumber(timeout, 2));
    return timeoutMs < 0 ? callerError("no negative number") : semaphore.wait(timeoutMs);
  },

  /**
   * Adds resources, one unless told. Who waits for them goes on once the running code waits or ends.
   *
   * @signature (self [, count])
   * @throws LuaError "not a semaphore instance", "positive number required"
   */
  post: (self, count) => {
    const semaphore = checkSemaphore(self);
    const resources = Math.trunc(optionalNumber(count, 2, 1));
    if (!(resources >= 1)) return callerError("positive number required");
    semaphore.post(resources);
    return true;
  },

  /**
   * How many resources there are; when negative, how many wait.
   *
   * @signature (self)
   * @throws LuaError "not a semaphore instance"
   */
  count: (self) => checkSemaphore(self).count,
});

const metatables = new WeakMap<LuaState, LuaTable>();
const semaphores = new WeakMap<LuaTable, Semaphore>();

/** Makes the module's table. */
export function openSemaphore(state: LuaState): LuaTable {
  const table = libraryTable(semaphoreLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

function checkSemaphore(value: LuaValue): Semaphore {
  const semaphore = value instanceof LuaTable ? semaphores.get(value) : undefined;
  return semaphore ?? callerError("not a semaphore instance");
}

class Semaphore {
  private readonly state: LuaState;
  private resources: number;
  /** What to call to give one who waits a resource, in the order in which they came. */
  private readonly queue = new Set<() => void>();
  private isServing = false;

  constructor(state: LuaState, resources: number) {
    this.state = state;
    this.resources = resources;
  }

  get count(): number {
    return this.resources - this.queue.size;
  }

  wait(timeoutMs: number): Results {
    if (this.queue.size === 0 && this.resources > 0) {
      this.resources--;
      return true;
    }
    if (timeoutMs === 0) return TIMEOUT;
    const { state, task } = current;
    return waitUntil((waiter) => {
      const leave = (): void => {
        this.queue.delete(serve);
        cancel();
      };
      const serve = (): void => {
        leave();
        this.resources--;
        waiter.wake(true);
      };
      const cancel = after({ state, task }, timeoutMs, () => {
        leave();
        waiter.wake(TIMEOUT);
      });
      this.queue.add(serve);
      return leave;
    });
  }

  post(resources: number): void {
    this.resources += resources;
    this.serveSoon();
  }

  private serveSoon(): void {
    if (this.isServing || this.queue.size === 0 || this.resources <= 0) return;
    this.isServing = true;
    const serve = (): void => {
      this.serve();
    };
    this.state.host.clock.after(0, serve, false);
  }

  /** Who begins to wait meanwhile has a turn, too. */
  private serve(): void {
    this.isServing = false;
    try {
      for (const serve of this.queue) {
        if (this.resources <= 0) break;
        serve();
      }
    } finally {
      this.serveSoon();
    }
  }
}
