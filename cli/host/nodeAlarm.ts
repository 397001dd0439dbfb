/**
 * Raises the alarm for CPU budgets (runtime/core/budget.ts): a thread that looks every few
 * milliseconds whether Lua code runs. It sleeps while nothing ran for a second, and does not keep the
 * process alive.
 */
import { Worker } from "node:worker_threads";
import type { HostAlarm } from "../../runtime/host.ts";

/** The layout of the memory is `ALARM` in runtime/core/budget.ts; element 3 is for waiting only. */
const THREAD = `
const { workerData: { buffer, intervalMs } } = require("node:worker_threads");
const [RAISED, SLICE, ASLEEP, NEVER] = [0, 1, 2, 3];
const alarm = new Int32Array(buffer);
let idleTurns = 0;
for (;;) {
  Atomics.wait(alarm, NEVER, 0, intervalMs);
  const slice = Atomics.load(alarm, SLICE);
  if (slice !== 0) {
    Atomics.store(alarm, RAISED, slice);
    idleTurns = 0;
  } else if (++idleTurns * intervalMs > 1000) {
    Atomics.store(alarm, ASLEEP, 1);
    Atomics.wait(alarm, ASLEEP, 1);
    idleTurns = 0;
  }
}`;

const ASLEEP = 2;

export function createNodeAlarm(intervalMs: number): HostAlarm {
  let thread: Worker | undefined;
  return {
    wake: (alarm) => {
      Atomics.store(alarm, ASLEEP, 0);
      Atomics.notify(alarm, ASLEEP);
      if (thread !== undefined) return;
      const workerData = { buffer: alarm.buffer, intervalMs };
      thread = new Worker(THREAD, { eval: true, workerData, stdin: false, env: {} });
      thread.unref();
      // Without the thread budgets are not kept; better than ending the server.
      thread.on("error", () => undefined);
    },
  };
}
