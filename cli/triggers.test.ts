import type { LuaState } from "../runtime/index.ts";
import { LogError, MemoryLog, type LogStorage, type Trigger } from "../runtime/topics/index.ts";
import type { ProjectConfig } from "./config.ts";
import { isSameService } from "./topicServices.ts";
import { startTriggers, triggersOf } from "./triggers.ts";
import { useSettings } from "./config.testkit.ts";

const settings = useSettings();

const read = (...lines: readonly string[]): ProjectConfig =>
  settings.read(
    ["spacerVersion: 1", "appName: shop", "topics: [users, orders, mails]", ...lines].join("\n"),
  );

const DEFAULTS = {
  attempts: 5,
  backoff: { firstMs: 1000, factor: 2, maxMs: 300_000 },
  timeoutMs: undefined,
};

test("a trigger has defaults for all that is left out", () => {
  const config = read(
    "events:",
    "  users: {APPEND: [one, handlers/two]}",
    "  orders: {APPEND: [one]}",
  );
  const [users, orders] = triggersOf(config);
  expect(users).toEqual({
    topic: "users",
    from: "earliest",
    concurrency: 16,
    handlers: [
      { run: "one", ...DEFAULTS },
      { run: "handlers/two", ...DEFAULTS },
    ],
  });
  expect(orders?.topic).toBe("orders");
});

test("a topic without functions has none", () => {
  expect(triggersOf(read())).toEqual([]);
  expect(triggersOf(read("events:", "  users: {from: latest}", "  orders: {APPEND: []}"))).toEqual(
    [],
  );
});

test("what is said of a function comes before what is said of its topic", () => {
  const [trigger] = triggersOf(
    read(
      "events:",
      "  users:",
      "    from: latest",
      "    concurrency: 3",
      "    attempts: 7",
      "    backoff: {first: 500ms, factor: 3, max: 1min}",
      "    timeout: 10s",
      "    APPEND:",
      "      - one",
      "      - {run: two, attempts: 1, backoff: 2s, timeout: 1min}",
    ),
  );
  expect(trigger).toEqual({
    topic: "users",
    from: "latest",
    concurrency: 3,
    handlers: [
      {
        run: "one",
        attempts: 7,
        backoff: { firstMs: 500, factor: 3, maxMs: 60_000 },
        timeoutMs: 10_000,
      },
      {
        run: "two",
        attempts: 1,
        backoff: { firstMs: 2000, factor: 3, maxMs: 60_000 },
        timeoutMs: 60_000,
      },
    ],
  });
});

test("the longest wait is never shorter than the first", () => {
  const backoffOf = (text: string): unknown =>
    triggersOf(read("events:", `  users: {APPEND: [one], backoff: ${text}}`))[0]?.handlers[0]
      ?.backoff;
  expect(backoffOf("10min")).toEqual({ firstMs: 600_000, factor: 2, maxMs: 600_000 });
  expect(backoffOf("{first: 2s, max: 1s}")).toEqual({ firstMs: 2000, factor: 2, maxMs: 2000 });
});

describe("what runs beside the gateway", () => {
  const withTriggers = (...lines: readonly string[]): ProjectConfig =>
    read("events:", "  users: {APPEND: [one]}", ...lines);

  test("stays when other settings change", () => {
    const config = withTriggers();
    expect(isSameService(config, withTriggers("gateway: {port: 4000}"))).toBe(true);
    expect(isSameService(config, withTriggers("envVar: [HOME]"))).toBe(true);
  });

  test.each([
    ["  orders: {APPEND: [one]}"],
    ["consumerGroup: others"],
    ["writeProxyListen: 127.0.0.1:9000"],
  ])("does not with %j", (line) => {
    expect(isSameService(withTriggers(), withTriggers(line))).toBe(false);
  });
});

describe("starting", () => {
  const state = (): LuaState => {
    throw new Error("nothing is called");
  };
  const start = (triggers: readonly Trigger[], log: LogStorage) =>
    startTriggers({
      triggers,
      log,
      group: "g",
      state,
      onEvent: () => undefined,
      onSpan: undefined,
    });

  test("takes part in the group, under a name that people know", async () => {
    const log = new MemoryLog([{ name: "users", partitions: 1 }]);
    const dispatcher = await start(triggersOf(read("events: {users: {APPEND: [one]}}")), log);
    const group = await log.groups.describe("g");
    expect(group?.members).toEqual([expect.stringContaining(` ${String(process.pid)}`)]);
    await dispatcher.stop();
    expect((await log.groups.describe("g"))?.members).toEqual([]);
    await log.close();
  });

  test("says what is wrong with the log", async () => {
    const groups = { join: () => Promise.reject(new LogError("it is away", "look for it")) };
    await expect(start([], { groups } as unknown as LogStorage)).rejects.toMatchObject({
      name: "UserError",
      message: "it is away",
      hint: "look for it",
    });
  });
});
