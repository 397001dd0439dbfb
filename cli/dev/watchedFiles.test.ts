import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { isWatched, WatchedFiles } from "./watchedFiles.ts";

let cli: TestCli;
let files: WatchedFiles;

beforeEach(() => {
  cli = createTestCli();
  files = new WatchedFiles(cli.cwd);
  cli.write("app/a.lua", "one");
  cli.write("lib/image.bin", "bytes");
  cli.write("logs/access.log", "line");
});

afterEach(() => {
  cli.dispose();
});

async function changed(): Promise<string[]> {
  const found: string[] = [];
  await files.findChanged((path) => found.push(path), new AbortController().signal);
  return found.sort();
}

test("Lua files are read as they are, others to see whether they differ", () => {
  const before = files.readAll();
  expect([...before.keys()].sort()).toEqual(["app/a.lua", "lib/image.bin"]);
  expect(before.get("app/a.lua")).toBe("one");
  cli.write("lib/image.bin", "others");
  expect(files.read("lib/image.bin")).not.toBe(before.get("lib/image.bin"));
  expect(files.read("app/none.lua")).toBeUndefined();
  mkdirSync(join(cli.cwd, "app/folder.lua"));
  expect(files.read("app/folder.lua")).toBeUndefined();
});

test("files that changed, came or went since they were read are found, until they are read", async () => {
  cli.write("app/gone.lua", "gone");
  files.readAll();
  expect(await changed()).toEqual([]);
  cli.write("app/a.lua", "another");
  cli.write("app/new.lua", "new");
  rmSync(join(cli.cwd, "app/gone.lua"));
  expect(await changed()).toEqual(["app/a.lua", "app/gone.lua", "app/new.lua"]);
  for (const path of await changed()) files.read(path);
  expect(await changed()).toEqual([]);
});

test("links that lead nowhere, up or round in circles are no files", async () => {
  symlinkSync("nowhere.lua", join(cli.cwd, "app/nowhere.lua"));
  symlinkSync("circle.lua", join(cli.cwd, "app/circle.lua"));
  symlinkSync("..", join(cli.cwd, "app/up"));
  expect([...files.readAll().keys()].sort()).toEqual(["app/a.lua", "lib/image.bin"]);
  expect(await changed()).toEqual([]);
});

test("a folder that another one has replaced is noticed once", async () => {
  const look = () => files.findChanged(() => undefined, new AbortController().signal);
  cli.write("lib/deep/a.lua", "one");
  files.readAll();
  expect(await look()).toBe(false);
  // Kept until the other one is there, lest the system gives it the same number.
  mkdirSync(join(cli.cwd, "lib/other"));
  rmSync(join(cli.cwd, "lib/deep"), { recursive: true });
  symlinkSync("other", join(cli.cwd, "lib/deep"));
  expect([await look(), await look()]).toEqual([true, false]);
});

test.each([
  ["", true],
  ["app", true],
  ["lib/deep/a.lua", true],
  ["config/application.yml", true],
  ["test/test_a.lua", true],
  ["app/.a.lua.swp", false],
  ["app/a.lua~", false],
  [".spacer/cache/app/a.lua.json", false],
  ["logs/access.log", false],
])("%j is watched: %s", (path, expected) => {
  expect(isWatched(path)).toBe(expected);
});
