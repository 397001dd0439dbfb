import type { HostClock } from "../host.ts";
import { Deadlines, type Dated } from "./deadlines.ts";

/** A clock that stands until it is told to go on. */
class Clock implements HostClock {
  timeMs = 0;
  readonly timers = new Map<() => void, number>();
  readonly nowMs = () => this.timeMs;
  readonly cpuSeconds = () => 0;
  after(delayMs: number, callback: () => void): () => void {
    const timer = (): void => {
      callback();
    };
    this.timers.set(timer, this.timeMs + delayMs);
    return () => {
      this.timers.delete(timer);
    };
  }

  goOn(timeMs: number): void {
    this.timeMs = timeMs;
    for (const [timer, dueMs] of [...this.timers]) {
      if (dueMs <= timeMs && this.timers.delete(timer)) timer();
    }
  }
}

let clock: Clock;
let deadlines: Deadlines;
let stopped: string[];

beforeEach(() => {
  clock = new Clock();
  deadlines = new Deadlines(clock);
  stopped = [];
});

function dated(name: string, deadlineMs: number, onStop?: () => void): Dated {
  return {
    deadlineMs,
    due: undefined,
    nextDue: undefined,
    previousDue: undefined,
    stopWaiting: () => {
      stopped.push(name);
      onStop?.();
    },
  };
}

function added(name: string, deadlineMs: number, onStop?: () => void): Dated {
  const one = dated(name, deadlineMs, onStop);
  deadlines.add(one);
  return one;
}

test("what is due in the same millisecond shares a timer, and all of it is stopped", () => {
  for (const name of ["a", "b", "c"]) added(name, 10);
  added("late", 20);
  expect(clock.timers.size).toBe(2);
  clock.goOn(9);
  expect(stopped).toEqual([]);
  clock.goOn(10);
  expect(stopped.sort()).toEqual(["a", "b", "c"]);
  clock.goOn(20);
  expect(stopped).toEqual(["a", "b", "c", "late"]);
});

test.each([[["a"]], [["b"]], [["c"]], [["a", "c"]], [["b", "a"]], [["c", "b"]]])(
  "%j are not stopped once they were removed",
  (removed) => {
    const all = new Map(["a", "b", "c"].map((name) => [name, added(name, 10)]));
    for (const name of removed) deadlines.remove(all.get(name) as Dated);
    // Again is nothing.
    for (const name of removed) deadlines.remove(all.get(name) as Dated);
    clock.goOn(10);
    expect(stopped.sort()).toEqual(["a", "b", "c"].filter((name) => !removed.includes(name)));
  },
);

test("there is no timer for nobody", () => {
  const [first, second] = [added("a", 10), added("b", 10)];
  deadlines.remove(first);
  expect(clock.timers.size).toBe(1);
  deadlines.remove(second);
  expect(clock.timers.size).toBe(0);
  deadlines.add(first);
  clock.goOn(10);
  expect(stopped).toEqual(["a"]);
});

test("who is stopped may remove others, and begin anew for the same time", () => {
  const first = added("a", 10);
  added("b", 10, () => {
    deadlines.remove(first);
    added("again", 10);
  });
  clock.goOn(10);
  expect(stopped).toEqual(["b"]);
  expect(clock.timers.size).toBe(1);
  clock.goOn(11);
  expect(stopped).toEqual(["b", "again"]);
});
