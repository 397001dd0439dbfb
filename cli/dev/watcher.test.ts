import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { WatchedFiles } from "./watchedFiles.ts";
import { watchProject, type Watcher } from "./watcher.ts";

let cli: TestCli;
let watcher: Watcher;
/** What was reported of each file; "" when it was gone. */
let reports: [path: string, text: string][];

beforeEach(async () => {
  cli = createTestCli();
  cli.write("app/hello.lua", "old");
  cli.write("logs/access.log", "");
  reports = [];
  const files = new WatchedFiles(cli.cwd);
  watcher = await watchProject({
    root: cli.cwd,
    files,
    known: files.readAll(),
    isPlausible: (_path, content) => content !== undefined && content !== "",
    onChange: (contents) => {
      for (const [path, text = ""] of contents) reports.push([path, text]);
    },
    onError: (error) => {
      throw error;
    },
  });
});

afterEach(async () => {
  await watcher.close();
  cli.dispose();
});

async function reported(path: string, text: string): Promise<void> {
  await waitFor(
    () => reports.some(([reportedPath, seen]) => reportedPath === path && seen === text),
    () => `${path}: ${text} in ${JSON.stringify(reports)}`,
  );
}

const pause = (durationMs: number) => new Promise((wake) => setTimeout(wake, durationMs));

test("a save, a new file, a new folder and a removal are reported", async () => {
  cli.write("app/hello.lua", "new");
  await reported("app/hello.lua", "new");
  cli.write("app/users/get.lua", "get");
  await reported("app/users/get.lua", "get");
  cli.write("lib/late.lua", "late");
  await reported("lib/late.lua", "late");
  rmSync(join(cli.cwd, "app/hello.lua"));
  await reported("app/hello.lua", "");
});

test("a file that is replaced by another, as editors save, is reported each time", async () => {
  for (const text of ["one", "two", "three"]) {
    cli.write("app/.hello.lua.swp", text);
    renameSync(join(cli.cwd, "app/.hello.lua.swp"), join(cli.cwd, "app/hello.lua"));
    await reported("app/hello.lua", text);
  }
});

test.each([1, 8, 20, 40, 60])("two saves %d ms apart: the second one is seen", async (gapMs) => {
  cli.write("app/hello.lua", "first");
  await pause(gapMs);
  cli.write("app/hello.lua", "second");
  await reported("app/hello.lua", "second");
});

test("a file is not taken for empty while it is saved", async () => {
  writeFileSync(join(cli.cwd, "app/hello.lua"), "");
  await pause(8);
  cli.write("app/hello.lua", "whole");
  await reported("app/hello.lua", "whole");
  expect(reports).toEqual([["app/hello.lua", "whole"]]);
});

test("the last state of a burst over many files is seen", async () => {
  mkdirSync(join(cli.cwd, "app/many"));
  for (let turn = 0; turn < 20; turn++) {
    for (let file = 0; file < 20; file++) {
      cli.write(`app/many/${String(file)}.lua`, String(turn));
    }
    await pause(3);
  }
  for (let file = 0; file < 20; file++) await reported(`app/many/${String(file)}.lua`, "19");
});

test("a folder that is filled at once, renamed and removed is seen whole", async () => {
  for (let file = 0; file < 50; file++) cli.write(`lib/deep/er/${String(file)}.lua`, "new");
  for (let file = 0; file < 50; file++) await reported(`lib/deep/er/${String(file)}.lua`, "new");
  reports = [];
  renameSync(join(cli.cwd, "lib/deep"), join(cli.cwd, "lib/moved"));
  for (let file = 0; file < 50; file++) {
    await reported(`lib/moved/er/${String(file)}.lua`, "new");
    await reported(`lib/deep/er/${String(file)}.lua`, "");
  }
  reports = [];
  rmSync(join(cli.cwd, "lib"), { recursive: true });
  for (let file = 0; file < 50; file++) await reported(`lib/moved/er/${String(file)}.lua`, "");
});

test("a folder that takes the place of another one is watched", async () => {
  cli.write("lib/deep/a.lua", "one");
  await reported("lib/deep/a.lua", "one");
  renameSync(join(cli.cwd, "lib/deep"), join(cli.cwd, "lib/moved"));
  cli.write("lib/deep/a.lua", "two");
  await reported("lib/deep/a.lua", "two");
  await pause(600);
  for (const text of ["three", "four"]) {
    cli.write("lib/deep/a.lua", text);
    await reported("lib/deep/a.lua", text);
  }
});

test("links are followed, to files and to folders, and not round in circles", async () => {
  cli.write("elsewhere/shared.lua", "one");
  cli.write("elsewhere/folder/in.lua", "one");
  mkdirSync(join(cli.cwd, "lib"), { recursive: true });
  symlinkSync("../elsewhere/shared.lua", join(cli.cwd, "lib/shared.lua"));
  symlinkSync("../elsewhere/folder", join(cli.cwd, "lib/folder"));
  symlinkSync("..", join(cli.cwd, "lib/circle"));
  await reported("lib/shared.lua", "one");
  await reported("lib/folder/in.lua", "one");
  cli.write("elsewhere/shared.lua", "two");
  await reported("lib/shared.lua", "two");
  cli.write("elsewhere/folder/in.lua", "two");
  await reported("lib/folder/in.lua", "two");
});

test("other folders and editors' own files are not watched", async () => {
  cli.write("logs/access.log", "line");
  cli.write("app/hello.lua~", "backup");
  cli.write("app/.#hello.lua", "lock");
  cli.write("app/hello.lua", "new");
  await reported("app/hello.lua", "new");
  expect(reports).toEqual([["app/hello.lua", "new"]]);
});
