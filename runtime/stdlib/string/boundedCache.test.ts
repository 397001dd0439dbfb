import { BoundedCache } from "./boundedCache.ts";

test("makes each value once, and forgets the oldest when it is full", () => {
  const made: string[] = [];
  const cache = new BoundedCache(2, (text) => {
    made.push(text);
    return { text };
  });
  const a = cache.get("a");
  expect(cache.get("a")).toBe(a);
  cache.get("b");
  cache.get("c");
  expect(cache.get("b")).toEqual({ text: "b" });
  expect(made).toEqual(["a", "b", "c"]);
  cache.get("a");
  expect(made).toEqual(["a", "b", "c", "a"]);
});
