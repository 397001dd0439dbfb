import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { QuietWatcher } from "./quietWatcher.ts";

let cli: TestCli;
let watcher: QuietWatcher;

beforeEach(() => {
  cli = createTestCli();
  watcher = new QuietWatcher({});
});

afterEach(async () => {
  await watcher.close();
  cli.dispose();
});

/** Whether chokidar may read a folder; it says itself when it has done so. */
function mayRead(folder: string): boolean {
  const throttler = watcher._throttle("readdir", folder, 1000);
  if (throttler === false) return false;
  throttler.clear();
  return true;
}

test("a folder is read again when its entries have changed, and not when only their contents have", () => {
  const folder = join(cli.cwd, "app");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.lua"), "one");
  // Long ago: what happens in the same moment may leave the time as it was.
  utimesSync(folder, 1_000_000, 1_000_000);
  expect([mayRead(folder), mayRead(folder)]).toEqual([true, false]);
  writeFileSync(join(folder, "a.lua"), "two");
  expect(mayRead(folder)).toBe(false);
  writeFileSync(join(folder, "b.lua"), "one");
  expect(mayRead(folder)).toBe(true);
});

test("a folder that is gone or out of reach is left to chokidar", () => {
  symlinkSync("circle", join(cli.cwd, "circle"));
  for (const name of ["nowhere", "circle"]) {
    const folder = join(cli.cwd, name);
    expect([mayRead(folder), mayRead(folder)]).toEqual([true, true]);
  }
});
