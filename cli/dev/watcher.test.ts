import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { watchProject, type Watcher } from "./watcher.ts";

let cli: TestCli;
let watcher: Watcher;
/** What each reported file held when it was reported; "" when it was gone. */
let reports: [path: string, text: string][];

beforeEach(async () => {
  cli = createTestCli();
  cli.write("app/hello.lua", "old");
  cli.write("logs/access.log", "");
  reports = [];
  watcher = await watchProject({
    root: cli.cwd,
    onChange: (paths) => {
      for (const path of paths) reports.push([path, textOf(path)]);
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

function textOf(path: string): string {
  try {
    return readFileSync(join(cli.cwd, path), "utf8");
  } catch {
    return "";
  }
}

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

test("other folders and editors' own files are not watched", async () => {
  cli.write("logs/access.log", "line");
  cli.write("app/hello.lua~", "backup");
  cli.write("app/.#hello.lua", "lock");
  cli.write("app/hello.lua", "new");
  await reported("app/hello.lua", "new");
  expect(reports).toEqual([["app/hello.lua", "new"]]);
});
