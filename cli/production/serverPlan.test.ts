import { parseConfig } from "../config.ts";
import { processorCount } from "./processorCount.ts";
import { countWorkers, planServer } from "./serverPlan.ts";

const config = (text: string) => parseConfig(`spacerVersion: 1\nappName: a\n${text}`, {}).config;

describe("processors", () => {
  const count = (available: number, files: Record<string, string>) =>
    processorCount(available, (path) => files[path.slice("/sys/fs/cgroup/".length)]);

  test.each([
    [8, {}, 8],
    [8, { "cpu.max": "max 100000\n" }, 8],
    [8, { "cpu.max": "250000 100000\n" }, 2],
    [8, { "cpu.max": "50000 100000\n" }, 1],
    [2, { "cpu.max": "400000 100000\n" }, 2],
    [8, { "cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n" }, 3],
    [8, { "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n" }, 8],
  ])("%i, of which %j: %i", (available, files, expected) => {
    expect(count(available, files)).toBe(expected);
  });
});

test("dictionaries that the supervisor has no memory for are refused", () => {
  const options = { workers: "2", environment: "production" };
  const plan = (heapMegabytes: number) => () =>
    planServer(config("sharedDicts: { a: 1024MB, b: 512MB }"), {
      ...options,
      heapLimitBytes: heapMegabytes * 2 ** 20,
    });
  expect(plan(2047)).toThrow(
    "the dictionaries of sharedDicts may have 1536 MB together, more than the 1535 MB",
  );
  expect(plan(2048)().count).toBe(2);
});

describe("how many workers", () => {
  const MEMORY = "topics: [t]\nlogStorage: { production: { driver: memory } }\n";

  test.each([
    ["", undefined, "development", 0],
    ["", "3", "development", 3],
    ["workers: { count: 5 }", undefined, "production", 5],
    ["workers: { count: 5 }", "0", "production", 0],
    [MEMORY, undefined, "production", 1],
    [MEMORY, "1", "production", 1],
  ])("%j, --workers %s, %s: %i", (text, workers, environment, expected) => {
    expect(countWorkers(config(text), { workers, environment })).toBe(expected);
  });

  test("in production at least one, unless told otherwise", () => {
    const count = countWorkers(config(""), { workers: undefined, environment: "production" });
    expect(count).toBe(processorCount());
  });

  test("workers that would each have topics of their own are refused", () => {
    const options = { workers: "2", environment: "production" };
    expect(() => countWorkers(config(MEMORY), options)).toThrow(/of 2 workers would have topics/);
  });
});

test("a worker does not count as stalled while a function may calculate", () => {
  const stallOf = (text: string) =>
    planServer(config(text), { workers: "1", environment: "production" }).stallMs;
  expect(stallOf("")).toBe(10_000);
  expect(stallOf("workers: { stallTimeout: 2s }")).toBe(2000);
  expect(stallOf("gateway: { cpuLimit: 1min }\nworkers: { stallTimeout: 2s }")).toBe(65_000);
});

test.each([
  ["", { host: "127.0.0.1", port: 9464, isWanted: false }],
  ["gateway: { admin: true }", { host: "127.0.0.1", port: 9464, isWanted: true }],
  ["gateway: { admin: { port: 1 } }", { host: "127.0.0.1", port: 1, isWanted: true }],
  ["gateway: { admin: false }", undefined],
])("where operators ask: %j", (text, expected) => {
  const plan = planServer(config(text), { workers: "1", environment: "production" });
  expect(plan.admin).toEqual(expected);
});
