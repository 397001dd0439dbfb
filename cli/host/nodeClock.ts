/** Clocks and timers of the process. */
import type { HostClock } from "../../runtime/host.ts";

export const nodeClock: HostClock = {
  nowMs: () => Date.now(),
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  after: (delayMs, callback, isBackground) =>
    delayMs <= 0 ? atOnce(callback, isBackground) : later(delayMs, callback, isBackground),
};

/** What Node's timers can take at most; they take more for 1. */
const MAX_STEP_MS = 2 ** 31 - 1;

/** Not by a timer: the shortest takes a millisecond. */
function atOnce(callback: () => void, isBackground: boolean): () => void {
  const immediate = setImmediate(callback);
  if (isBackground) immediate.unref();
  return () => {
    clearImmediate(immediate);
  };
}

function later(delayMs: number, callback: () => void, isBackground: boolean): () => void {
  // Of most there are many, and what each takes is taken as long as it waits.
  if (delayMs > MAX_STEP_MS) return inSteps(delayMs, callback, isBackground);
  const timer = setTimeout(callback, delayMs);
  if (isBackground) timer.unref();
  return () => {
    clearTimeout(timer);
  };
}

function inSteps(delayMs: number, callback: () => void, isBackground: boolean): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, MAX_STEP_MS);
    timer = setTimeout(() => {
      if (stepMs < leftMs) wait(leftMs - stepMs);
      else callback();
    }, stepMs);
    if (isBackground) timer.unref();
  };
  wait(delayMs);
  return () => {
    clearTimeout(timer);
  };
}
