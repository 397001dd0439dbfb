import { LogError, MemoryLog, type LogStorage } from "../runtime/topics/index.ts";
import { startSchedules, type Clock, type Schedules } from "./schedules.ts";
import type { ScheduleConfig } from "./scheduleConfig.ts";

const START = Date.parse("2026-11-23T12:00:30Z");

/** Time passes only when it is told to. */
class TestClock implements Clock {
  private timeMs: number;
  private readonly sleepers = new Map<() => void, number>();

  constructor(timeMs: number) {
    this.timeMs = timeMs;
  }

  now(): number {
    return this.timeMs;
  }

  sleep(timeMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      const wake = (): void => {
        this.sleepers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.sleepers.set(wake, this.timeMs + timeMs);
      signal.addEventListener("abort", wake);
    });
  }

  /** Lets time pass as it does. */
  async pass(timeMs: number): Promise<void> {
    const endMs = this.timeMs + timeMs;
    do {
      this.timeMs = Math.min(endMs, ...this.sleepers.values());
      await this.wake((dueMs) => dueMs <= this.timeMs);
    } while (this.timeMs < endMs);
  }

  /** Sets the clock, as somebody does, or a computer that slept. What sleeps has slept enough. */
  async set(timeMs: number): Promise<void> {
    this.timeMs = timeMs;
    await this.wake(() => true);
  }

  private async wake(isDue: (dueMs: number) => boolean): Promise<void> {
    for (const [wake, dueMs] of [...this.sleepers]) if (isDue(dueMs)) wake();
    await new Promise(setImmediate);
  }
}

let clock: TestClock;
let log: LogStorage;
let notices: string[];
const running: Schedules[] = [];

beforeEach(() => {
  clock = new TestClock(START);
  log = new MemoryLog([{ name: "ticks", partitions: 1 }]);
  notices = [];
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((schedules) => schedules.close()));
  await log.close();
});

const MINUTELY: ScheduleConfig = {
  cron: "* * * * *",
  timezone: "UTC",
  topic: "ticks",
  key: "k",
  value: '{"a":1}',
};

async function start(...schedules: readonly ScheduleConfig[]): Promise<void> {
  await startOn(log, ...schedules);
}

async function startOn(
  target: Pick<LogStorage, "append">,
  ...schedules: readonly ScheduleConfig[]
): Promise<void> {
  running.push(
    startSchedules({
      schedules,
      log: target as LogStorage,
      clock,
      onNotice: (message) => notices.push(message),
    }),
  );
  await new Promise(setImmediate);
}

/** The ticks of which there are events: "12:01:00". */
async function ticks(): Promise<(string | undefined)[]> {
  const events = await log.read("ticks", { limit: 10_000 });
  return events.map(({ headers }) => headers["scheduled-at"]?.slice(11, 19));
}

test("an event says when it was due", async () => {
  await start(MINUTELY);
  await clock.pass(29_999);
  expect(await ticks()).toEqual([]);
  await clock.pass(1);
  const [event] = await log.read("ticks", { limit: 2 });
  expect(event).toMatchObject({
    key: "k",
    value: '{"a":1}',
    headers: { producer: "schedule", "scheduled-at": "2026-11-23T12:01:00.000Z" },
  });
  await clock.pass(120_000);
  expect(await ticks()).toEqual(["12:01:00", "12:02:00", "12:03:00"]);
});

test("several processes append one event for each time", async () => {
  for (let process = 0; process < 3; process++) await start(MINUTELY);
  // One that already has the next version of the settings.
  await start({ ...MINUTELY, value: "2" });
  await clock.pass(120_000);
  expect(await ticks()).toEqual(["12:01:00", "12:02:00"]);
});

test("schedules with another key, pattern or time zone have events of their own", async () => {
  await start(
    MINUTELY,
    { ...MINUTELY, key: "l" },
    { ...MINUTELY, cron: "0 * * * * *" },
    { ...MINUTELY, timezone: "Europe/Berlin" },
  );
  await clock.pass(30_000);
  expect(await ticks()).toHaveLength(4);
});

test("a time zone's clock counts", async () => {
  await start({ ...MINUTELY, cron: "30 13 * * *", timezone: "Europe/Berlin" });
  await clock.pass(30 * 60_000);
  expect(await ticks()).toEqual(["12:30:00"]);
});

test("a process that was busy appends what it missed within a minute", async () => {
  await start({ ...MINUTELY, cron: "*/10 * * * * *" });
  await clock.set(START + 35_000);
  expect(await ticks()).toEqual(["12:00:40", "12:00:50", "12:01:00"]);
});

test("of what a computer slept through, the last one counts", async () => {
  await start(MINUTELY, { ...MINUTELY, cron: "0 13 * * *", key: "daily" });
  await clock.set(Date.parse("2027-11-23T12:40:20Z"));
  const events = await log.read("ticks", { limit: 10 });
  expect(events.map(({ key, headers }) => [key, headers["scheduled-at"]])).toEqual([
    ["k", "2027-11-23T12:40:00.000Z"],
    ["daily", "2027-11-22T13:00:00.000Z"],
  ]);
  await clock.pass(40_000);
  expect(await ticks()).toHaveLength(3);
});

test("a clock that is set back neither repeats times nor stops", async () => {
  await start(MINUTELY);
  await clock.pass(90_000);
  expect(await ticks()).toEqual(["12:01:00", "12:02:00"]);
  await clock.set(START + 10_000);
  await clock.pass(120_000);
  expect(await ticks()).toEqual(["12:01:00", "12:02:00"]);
  await clock.pass(60_000);
  expect(await ticks()).toEqual(["12:01:00", "12:02:00", "12:03:00"]);
  // As it was before it ever ran.
  await clock.set(START - 24 * 60 * 60_000);
  await clock.pass(30_000);
  expect((await ticks()).at(-1)).toBe("12:01:00");
});

test("is tried until the next time, and what was given up is told", async () => {
  let failure: Error | undefined = new LogError("the event log can't be reached: x");
  let tries = 0;
  const append: LogStorage["append"] = async (...words) => {
    tries++;
    if (failure !== undefined) throw failure;
    await log.append(...words);
  };
  await startOn({ append }, MINUTELY);
  await clock.pass(50_000);
  expect(tries).toBe(21);
  expect(notices).toEqual([
    "the schedule '* * * * *' for topic 'ticks' can't append: the event log can't be reached: x",
  ]);
  failure = undefined;
  await clock.pass(2000);
  expect(await ticks()).toEqual(["12:01:00"]);
  expect(notices.splice(0)).toHaveLength(2);
  failure = new LogError("again");
  await clock.pass(150_000);
  failure = undefined;
  await clock.pass(60_000);
  expect(await ticks()).toEqual(["12:01:00", "12:03:00", "12:04:00"]);
  expect(notices).toEqual([
    "the schedule '* * * * *' for topic 'ticks' can't append: again",
    "the schedule '* * * * *' for topic 'ticks' appends again; times given up: 1",
  ]);
});
