/** Texts are compiled once; what is remembered is bounded. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { LoadedTexts, textKey, type LoadedText } from "./loadedTexts.ts";
import { Script } from "./script.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const OPTIONS = {
  isLua52Compatible: false,
  isPuc51: false,
  usesEnvironments: false,
  isAccessible: false,
};
const made = (): LoadedText => {
  const code = { code: "", sites: [], functions: [] };
  const chunk = {
    ...code,
    usesEnvironments: false,
    isAccessible: false,
    debugInfo: () => [],
    resumeScript: () => code,
    functionText: () => undefined,
  };
  const script = new Script("lua:1/a", "=a", { source: "", chunk, isStripped: false });
  return { script, factory: () => () => 1 };
};

test("the key tells text, name and options apart", () => {
  const keys = [
    textKey("return 1", "=a", OPTIONS),
    textKey("return 2", "=a", OPTIONS),
    textKey("return 1", "=b", OPTIONS),
    textKey("areturn 1", "=", OPTIONS),
    textKey("return 1", "=a", { ...OPTIONS, usesEnvironments: true }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(textKey("return 1", "=a", { ...OPTIONS })).toBe(keys[0]);
});

test("the oldest texts go, and large ones are not kept", () => {
  const texts = new LoadedTexts();
  const key = (index: number): string => String(index).padEnd(100_000, " ");
  for (let index = 0; index < 12; index++) texts.set("=a", key(index), made());
  const kept = Array.from({ length: 12 }, (_, index) => texts.get("=a", key(index)) !== undefined);
  expect(kept).toEqual([...Array<boolean>(2).fill(false), ...Array<boolean>(10).fill(true)]);
  texts.set("=a", "x".repeat(2 ** 19), made());
  expect(texts.get("=a", "x".repeat(2 ** 19))).toBeUndefined();
});

test("of a file, its latest text is kept, whatever other texts are loaded", () => {
  const texts = new LoadedTexts();
  const [first, second] = [made(), made()];
  texts.set("@a.lua", "one", first);
  texts.set("@b.lua", "other", first);
  for (let index = 0; index < 12; index++) {
    texts.set("=a", String(index).padEnd(100_000, " "), made());
  }
  expect(texts.get("@a.lua", "one")).toBe(first);
  texts.set("@a.lua", "two", second);
  expect(texts.get("@a.lua", "one")).toBeUndefined();
  expect(texts.get("@a.lua", "two")).toBe(second);
  expect(texts.get("@b.lua", "other")).toBe(first);
});

test("of files that are no longer remembered, nothing is kept", () => {
  const texts = new LoadedTexts();
  const loaded = made();
  const sizeBefore = usedBytes();
  for (let index = 0; index < 400; index++) {
    texts.set(`@file${String(index)}`, Buffer.alloc(100_000, "x").toString("latin1"), loaded);
  }
  expect(usedBytes() - sizeBefore).toBeLessThan(20_000_000);
  expect(texts.get("@file0", "")).toBeUndefined();
});

/** The texts are in V8's heap. What is outside is given back later, by a thread of its own. */
function usedBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
