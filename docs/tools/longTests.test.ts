import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

// Jest would not miss them: they would just not be early any more.
test("the test files that come first are there", () => {
  const names = JSON.parse(readFileSync(join(__dirname, "longTests.json"), "utf8")) as string[];
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
