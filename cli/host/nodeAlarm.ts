/**
 * Raises the alarm for CPU budgets (runtime/core/budget.ts): a thread that looks every few
 * milliseconds whether Lua code runs. It sleeps while nothing ran for a second, and does not keep the
 * process alive.
 *
 * When it sees a slice of Lua code for the second time it has the main thread call `onLongSlice`, in
 * the middle of whatever that is doing: V8 interrupts a program at any loop or call when an inspector
 * wants something evaluated. Once is enough, and it disconnects at once: a process that ends would wait for whoever is
 * connected, and say so.
 */
import { runInThisContext } from "node:vm";
import type { HostAlarm } from "../../runtime/host.ts";
import { threads } from "../builtins.lazy.ts";

/**
 * The layout of the memory is `ALARM` in runtime/core/budget.ts. Of the elements behind it one is for waiting only, one is
 * 1 when the main thread has been called, or can't be any more, and one is 1 while the inspector is connected.
 */
const THREAD = `
const { workerData: { buffer, intervalMs, expression } } = require("node:worker_threads");
const { Session } = require("node:inspector");
const [RAISED, SLICE, ASLEEP, NEVER, CALLED, CONNECTED] = [0, 1, 2, 3, 4, 5];
const alarm = new Int32Array(buffer);
let [idleTurns, latest, session] = [0, 0, undefined];
for (;;) {
  Atomics.wait(alarm, NEVER, 0, intervalMs);
  if (session !== undefined && Atomics.load(alarm, CALLED) === 1) {
    session.disconnect();
    session = undefined;
    Atomics.store(alarm, CONNECTED, 0);
    Atomics.notify(alarm, CONNECTED);
  }
  const slice = Atomics.load(alarm, SLICE);
  if (slice !== 0) {
    Atomics.store(alarm, RAISED, slice);
    idleTurns = 0;
    if (slice === latest && session === undefined && Atomics.load(alarm, CALLED) === 0) {
      session = new Session();
      Atomics.store(alarm, CONNECTED, 1);
      session.connectToMainThread();
      session.post("Runtime.evaluate", { expression });
    }
  } else if (++idleTurns * intervalMs > 1000) {
    Atomics.store(alarm, ASLEEP, 1);
    Atomics.wait(alarm, ASLEEP, 1);
    idleTurns = 0;
  }
  latest = slice;
}`;

type Thread = InstanceType<ReturnType<typeof threads>["Worker"]>;

const [ASLEEP, CALLED, CONNECTED] = [2, 4, 5];
/** The thread takes an interval; more than that it does not get. */
const DISCONNECT_MS = 500;

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
      const value = (): void => {
        onLongSlice();
        Atomics.store(alarm, CALLED, 1);
      };
      Object.defineProperty(realm, Symbol.for(ON_LONG_SLICE), { value, configurable: true });
      process.once("exit", () => {
        Atomics.store(alarm, CALLED, 1);
        if (Atomics.load(alarm, CONNECTED) === 1) Atomics.wait(alarm, CONNECTED, 1, DISCONNECT_MS);
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
