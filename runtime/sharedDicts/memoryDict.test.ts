import type { DictReply, DictRequest } from "./dict.ts";
import { DictSet } from "./dictSet.ts";
import type { MemoryDict } from "./memoryDict.ts";

const SIZE = 100_000;

let nowMs = 0;
let dict: MemoryDict;
let dicts: DictSet;

beforeEach(() => {
  nowMs = 1_000_000;
  dicts = new DictSet(() => nowMs);
  dicts.configure(new Map([["d", SIZE]]));
  dict = dicts.get("d") as MemoryDict;
});

function ask(request: Partial<DictRequest> & Pick<DictRequest, "command">): DictReply {
  return dict.request({ key: "", ...request });
}

function set(key: string, value: string | number, ttlMs = 0): DictReply {
  return ask({ command: "set", key, value, ttlMs });
}

const keys = () => [...ask({ command: "get_keys" })].sort();

/** As it is counted anew, from what is in it. */
function expectExactSize(): void {
  const before = dict.usedBytes;
  for (const key of keys()) set(String(key), 1);
  for (const key of keys()) ask({ command: "set", key: String(key) });
  ask({ command: "flush_expired" });
  expect(dict.usedBytes).toBe(0);
  expect(before).toBeLessThanOrEqual(dict.capacityBytes);
}

test("whatever is done, it keeps to its size, and knows what it has", () => {
  let seed = 7;
  const random = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const commands = ["set", "safe_set", "add", "safe_add", "replace", "incr", "lpush", "rpush"];
  const others = ["lpop", "rpop", "get", "expire", "flush_expired", "llen"];
  for (let turn = 0; turn < 20_000; turn++) {
    const list = random(3) > 0 ? commands : others;
    const command = list[random(list.length)] as DictRequest["command"];
    const isNumber = command === "incr" || random(4) === 0;
    ask({
      command,
      key: `key${String(random(200))}`,
      value: isNumber ? random(1000) : "x".repeat(random(3000)),
      ttlMs: random(2) * random(500),
      initial: 1,
      maximum: random(3),
    });
    nowMs += random(3);
    if (dict.usedBytes > SIZE || dict.usedBytes < 0) throw new Error(`${command} breaks the size`);
  }
  expect(dict.usedBytes).toBeGreaterThan(SIZE / 2);
  expectExactSize();
});

test("a list is as quick at both ends, however long it is", () => {
  dicts.resize(new Map([["d", 100_000_000]]));
  const push = (command: "lpush" | "rpush", value: number) => ask({ command, key: "l", value });
  // With a copy for each element this takes minutes.
  for (let value = 0; value < 200_000; value++) push(value % 2 === 0 ? "rpush" : "lpush", value);
  expect(ask({ command: "llen", key: "l" })).toEqual([200_000]);
  const pop = (command: "lpop" | "rpop") => ask({ command, key: "l" })[0];
  expect([pop("lpop"), pop("lpop"), pop("rpop"), pop("rpop")]).toEqual([
    199_999, 199_997, 199_998, 199_996,
  ]);
  const rest = Array.from({ length: 199_996 }, (_, turn) => pop(turn % 2 === 0 ? "lpop" : "rpop"));
  expect(new Set(rest).size).toBe(199_996);
  expect(pop("lpop")).toBeUndefined();
  expect(dict.usedBytes).toBe(0);
});

test("one end may be taken when all was put in at the other", () => {
  for (let value = 1; value <= 5; value++) ask({ command: "rpush", key: "l", value });
  const taken = ["lpop", "rpop", "lpop", "rpop", "rpop"] as const;
  expect(taken.map((command) => ask({ command, key: "l" })[0])).toEqual([1, 5, 2, 4, 3]);
});

test("a list that no longer fits stays as it is", () => {
  dicts.resize(new Map([["d", 400]]));
  ask({ command: "lpush", key: "l", value: "x".repeat(100) });
  expect(ask({ command: "lpush", key: "l", value: "x".repeat(200) })).toEqual([
    undefined,
    "no memory",
  ]);
  expect(ask({ command: "llen", key: "l" })).toEqual([1]);
});

test("safe_set makes room of what has expired, its own key among it, and of nothing else", () => {
  dicts.resize(new Map([["d", 700]]));
  const text = "x".repeat(180);
  set("a", text, 10);
  set("b", text);
  const store = (key: string, value: string) => ask({ command: "safe_set", key, value });
  expect(store("c", text)).toEqual([false, "no memory", false]);
  expect(store("b", "x".repeat(190))).toEqual([true, undefined, false]);
  nowMs += 10;
  expect(store("a", "x".repeat(500))).toEqual([false, "no memory", false]);
  expect(store("a", text)).toEqual([true, undefined, false]);
  expect(keys()).toEqual(["a", "b"]);
  nowMs += 1000;
  expect(store("c", text)).toEqual([false, "no memory", false]);
});

test("what expires is found however it came to: by set, expire, flush_all, and after a search that was cut short", () => {
  set("a", 1, 100);
  set("b", 1);
  ask({ command: "expire", key: "b", ttlMs: 50 });
  set("c", 1, 70);
  const flush = (maximum = 0) => ask({ command: "flush_expired", maximum })[0];
  expect(flush()).toBe(0);
  nowMs += 70;
  expect([flush(1), flush(1), flush(1)]).toEqual([1, 1, 0]);
  nowMs += 30;
  expect(flush()).toBe(1);
  set("d", 1);
  ask({ command: "flush_all" });
  expect([flush(), flush()]).toEqual([1, 0]);
});

test("settings that change: sizes, new ones, and those that are gone", () => {
  for (let index = 0; index < 100; index++) set(`key${String(index)}`, index);
  ask({ command: "get", key: "key0" });
  dicts.configure(
    new Map([
      ["d", 1000],
      ["e", 1000],
    ]),
  );
  expect(dicts.get("d")).toBe(dict);
  expect(dict.usedBytes).toBeLessThanOrEqual(1000);
  expect(keys()).toEqual(["key0", "key96", "key97", "key98", "key99"]);
  expect(dicts.configure(new Map([["e", 1000]])).has("d")).toBe(false);
  dicts.add(new Map([["d", 1000]]));
  expect(dicts.get("d")?.request({ command: "get_keys", key: "" })).toEqual([]);
});
