/**
 * Raises the alarm for CPU budgets (runtime/core/budget.ts): a thread that looks every few
 * milliseconds whether Lua code runs. It sleeps while nothing ran for a second, and does not keep the
 * process alive.
 *
 * When it sees a slice of Lua code for the second time it has the main thread call `onLongSlice`, in
 * the middle of whatever that is doing: V8 interrupts a program at any loop or call when an inspector
 * wants something evaluated.
 */
import { runInThisContext } from "node:vm";
import type { HostAlarm } from "../../runtime/host.ts";
import { threads } from "../builtins.lazy.ts";

/** The layout of the memory is `ALARM` in runtime/core/budget.ts; element 3 is for waiting only. */
const THREAD = `
const { workerData: { buffer, intervalMs, expression } } = require("node:worker_threads");
const { Session } = require("node:inspector");
const [RAISED, SLICE, ASLEEP, NEVER] = [0, 1, 2, 3];
const alarm = new Int32Array(buffer);
let [idleTurns, latest, isWatched, session] = [0, 0, false, undefined];
for (;;) {
  Atomics.wait(alarm, NEVER, 0, intervalMs);
  const slice = Atomics.load(alarm, SLICE);
  if (slice !== 0) {
    Atomics.store(alarm, RAISED, slice);
    idleTurns = 0;
    if (slice === latest && !isWatched) {
      isWatched = true;
      session = new Session();
      session.connectToMainThread();
      session.post("Runtime.evaluate", { expression });
    }
  } else if (++idleTurns * intervalMs > 1000) {
    // A process that is told to exit would wait for whoever is connected.
    session?.disconnect();
    session = undefined;
    Atomics.store(alarm, ASLEEP, 1);
    Atomics.wait(alarm, ASLEEP, 1);
    idleTurns = 0;
  }
  latest = slice;
}`;

type Thread = InstanceType<ReturnType<typeof threads>["Worker"]>;

const ASLEEP = 2;

/** The function that the thread calls, where the inspector finds it. */
const ON_LONG_SLICE = "spacer.onLongSlice";

export function createNodeAlarm(intervalMs: number): HostAlarm {
  let thread: Thread | undefined;
  return {
    wake: (alarm, onLongSlice) => {
      Atomics.store(alarm, ASLEEP, 0);
      Atomics.notify(alarm, ASLEEP);
      if (thread !== undefined) return;
      // The inspector evaluates in the main realm, which under a test runner is not ours.
      const realm = runInThisContext("globalThis") as typeof globalThis;
      Object.defineProperty(realm, Symbol.for(ON_LONG_SLICE), {
        value: onLongSlice,
        configurable: true,
      });
      const expression = `globalThis[Symbol.for(${JSON.stringify(ON_LONG_SLICE)})]()`;
      const workerData = { buffer: alarm.buffer, intervalMs, expression };
      thread = new (threads().Worker)(THREAD, { eval: true, workerData, stdin: false, env: {} });
      thread.unref();
      // Without the thread, or without an inspector, budgets are not kept; better than ending the server.
      thread.on("error", onLongSlice);
    },
  };
}
