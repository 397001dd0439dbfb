import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChunkStore } from "../cache/chunkStore.ts";
import { isLuaSyntaxError } from "../compile.ts";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { ModuleCache } from "./moduleCache.ts";
import { MODULE_OPTIONS } from "./servedProject.ts";

let cli: TestCli;
let folder: string;

beforeEach(() => {
  cli = createTestCli();
  folder = join(cli.cwd, "cache");
});

afterEach(() => {
  cli.dispose();
});

function open(compilerId = "this"): ModuleCache {
  return new ModuleCache({ store: new ChunkStore({ folder, compilerId }), root: cli.cwd });
}

function keptFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

const SOURCE = "local m = require 'm' coroutine.yield(m) x = '\xe4' return m";

test("what was compiled is found again by the next one", async () => {
  const first = open();
  const made = first.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  await first.close();
  expect(keptFiles()).toHaveLength(1);
  const again = open().compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  expect(again.constructor.name).toBe("StoredChunk");
  const { code, sites, functions, requires, assignedGlobals, usesEnvironments } = made;
  expect(again).toMatchObject({ code, requires, assignedGlobals, usesEnvironments });
  expect([again.sites, again.functions]).toEqual([sites, functions]);
  expect(again.resumeScript()).toEqual(made.resumeScript());
});

test("a text is compiled once, and a wrong one is an error each time", () => {
  const cache = open();
  const made = cache.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  expect(cache.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS)).toBe(made);
  for (let turn = 0; turn < 2; turn++) {
    let thrown: unknown;
    try {
      cache.compileModule("app/a.lua", "x y", MODULE_OPTIONS);
    } catch (error) {
      thrown = error;
    }
    expect(isLuaSyntaxError(thrown)).toBe(true);
  }
});

test("only modules are kept, the newest text of each, as long as their files are there", async () => {
  const cache = open();
  cache.compile("return 1", "@app/a.lua", MODULE_OPTIONS);
  cache.compile("return 1", "@lib/b.lua", MODULE_OPTIONS);
  cache.compile("return 1", "@/etc/c.lua", MODULE_OPTIONS);
  cache.compile("return 1", "=(load)", MODULE_OPTIONS);
  await cache.close();
  expect(keptFiles()).toHaveLength(2);
  cache.compile("return 2", "@lib/b.lua", MODULE_OPTIONS);
  await cache.close();
  expect(keptFiles()).toHaveLength(2);
  cache.delete("app/a.lua");
  expect(keptFiles()).toHaveLength(1);
});

test("a folder that can't be written to is no problem", async () => {
  writeFileSync(folder, "a file");
  const cache = open();
  expect(cache.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS).code).toContain("$_require");
  await cache.close();
});
