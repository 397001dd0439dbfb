import type { HostClock } from "../host.ts";
import { TestClock } from "./testClock.ts";

/** The clock of the machine, as far as time is concerned; that passes by `machineMs`. */
let machineMs: number;
let clock: TestClock;

const machine: HostClock = {
  nowMs: () => machineMs,
  cpuSeconds: () => 0,
  after: (delayMs, callback) => {
    if (delayMs <= 0) {
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

beforeEach(() => {
  machineMs = 1_000_000;
  clock = new TestClock(machine);
});

afterEach(() => {
  clock.close();
});

function noted() {
  const notes: [string, number][] = [];
  return { notes, note: (name: string) => () => notes.push([name, clock.nowMs()]) };
}

test("a clock that is left alone is that of the machine", async () => {
  expect(clock.nowMs()).toBe(1_000_000);
  machineMs += 5;
  expect(clock.nowMs()).toBe(1_000_005);
  await new Promise<void>((resolve) => {
    clock.after(1, resolve, false);
  });
});

test("a frozen clock stands, a set one goes on", () => {
  clock.freeze(5);
  machineMs += 100;
  expect(clock.nowMs()).toBe(5);
  clock.set(7);
  expect(clock.nowMs()).toBe(7);
  clock.reset();
  expect(clock.nowMs()).toBe(1_000_100);
  clock.set(50);
  machineMs += 1;
  expect(clock.nowMs()).toBe(51);
});

test.each(["frozen", "going"])(
  "time that passes on a clock that is %s runs what is due",
  async (how) => {
    const { notes, note } = noted();
    if (how === "frozen") clock.freeze();
    clock.after(3000, note("c"), true);
    clock.after(1000, note("a"), true);
    const takeBack = clock.after(1500, note("never"), true);
    clock.after(2000, () => clock.after(500, note("b"), true), true);
    clock.after(9000, note("later"), true);
    takeBack();
    await clock.advance(4000);
    expect(notes).toEqual([
      ["a", 1_001_000],
      ["b", 1_002_500],
      ["c", 1_003_000],
    ]);
    expect(clock.nowMs()).toBe(1_004_000);
  },
);

test("whoever sets the clock changes nothing for those who wait", async () => {
  const { notes, note } = noted();
  clock.freeze(0);
  clock.after(1000, note("a"), true);
  clock.set(500_000);
  expect(notes).toEqual([]);
  await clock.advance(999);
  expect(notes).toEqual([]);
  await clock.advance(1);
  expect(notes).toEqual([["a", 501_000]]);
});

test("code that sleeps goes on when all is quiet; what waits in the background runs on the way", async () => {
  const { notes, note } = noted();
  clock.freeze(0);
  clock.after(1000, note("background"), true);
  clock.after(90_000, note("later"), true);
  await new Promise<void>((resolve) => {
    clock.after(60_000, resolve, false);
  });
  expect(clock.nowMs()).toBe(60_000);
  expect(notes).toEqual([["background", 1000]]);
});

test("in the background nothing makes it go on", async () => {
  const { notes, note } = noted();
  clock.freeze(0);
  clock.after(1, note("never"), true);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(notes).toEqual([]);
});

test("a sleep that is taken back holds nothing up, and the clock stays", async () => {
  clock.freeze(0);
  clock.after(100_000, () => undefined, false)();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(clock.nowMs()).toBe(0);
});

test("whoever was asleep when the clock goes again sleeps for what is left", async () => {
  clock.freeze(0);
  let isAwake = false;
  clock.after(20, () => (isAwake = true), true);
  clock.reset();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(isAwake).toBe(true);
});

test("those who let time pass take turns", async () => {
  clock.freeze(0);
  await Promise.all([clock.advance(10), clock.advance(20)]);
  expect(clock.nowMs()).toBe(30);
});

test("what is to run at once has run when the clock is settled", async () => {
  const order: string[] = [];
  clock.after(0, () => clock.after(0, () => order.push("second"), true), true);
  await clock.settle();
  expect(order).toEqual(["second"]);
});

test("what goes on at the end of a sleep may set the clock: the sleep is over then", async () => {
  const { notes, note } = noted();
  clock.freeze(0);
  await new Promise<void>((resolve) => {
    clock.after(
      3_600_000,
      () => {
        clock.freeze(0);
        clock.after(60_000, note("early"), true);
        resolve();
      },
      false,
    );
  });
  await clock.advance(30_000);
  expect(notes).toEqual([]);
  expect(clock.nowMs()).toBe(30_000);
});

test("time that is to pass is forgotten when the clock is set meanwhile", async () => {
  clock.freeze(0);
  clock.after(10, () => clock.set(500), true);
  await clock.advance(1000);
  expect(clock.nowMs()).toBe(500);
});
