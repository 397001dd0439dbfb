/** Clocks and timers of any engine. */
import type { HostClock } from "../../../runtime/host.ts";

export interface ClockOptions {
  /** Is told of what goes on in the background, where the engine would end it; settles when that has had its turn. */
  readonly keepAlive?: ((background: Promise<void>) => void) | undefined;
  /** Puts a callback in the surroundings in which it was planned. */
  readonly bind?: ((callback: () => void) => () => void) | undefined;
}

/** What timers can take at most; engines take more for 1. */
const MAX_STEP_MS = 2 ** 31 - 1;

export function createPortableClock({ keepAlive, bind = same }: ClockOptions = {}): HostClock {
  return {
    nowMs: () => Date.now(),
    // Engines that tell no CPU time tell this one.
    cpuSeconds: () => performance.now() / 1000,
    after: (delayMs, callback, isBackground) => {
      const bound = bind(callback);
      if (!isBackground || keepAlive === undefined) return later(delayMs, bound);
      let isOver: () => void = () => undefined;
      keepAlive(
        new Promise((resolve) => {
          isOver = resolve;
        }),
      );
      const cancel = later(delayMs, () => {
        try {
          bound();
        } finally {
          isOver();
        }
      });
      return () => {
        cancel();
        isOver();
      };
    },
  };
}

function same(callback: () => void): () => void {
  return callback;
}

function later(delayMs: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (leftMs: number): void => {
    if (leftMs === Infinity) return;
    const stepMs = Math.min(leftMs, MAX_STEP_MS);
    timer = setTimeout(() => {
      if (stepMs < leftMs) wait(leftMs - stepMs);
      else callback();
    }, stepMs);
  };
  wait(Math.max(0, delayMs));
  return () => clearTimeout(timer);
}
