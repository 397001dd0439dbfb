import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLuaSyntaxError } from "../compile.ts";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { ModuleCache } from "./moduleCache.ts";
import { MODULE_OPTIONS } from "./servedProject.ts";

let cli: TestCli;
let folder: string;

beforeEach(() => {
  cli = createTestCli();
  folder = join(cli.cwd, ".spacer/cache");
});

afterEach(() => {
  cli.dispose();
});

function open(compilerId = "this"): ModuleCache {
  return new ModuleCache({ folder, compilerId });
}

const SOURCE = "local m = require 'm' coroutine.yield(m) x = '\xe4' return m";

test("what was compiled is found again by the next one", async () => {
  const first = open();
  const made = first.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  await first.close();
  expect(readdirSync(join(folder, "app"))).toEqual(["a.lua.json"]);
  // Proof that it is read: what is in the file comes out.
  const file = join(folder, "app/a.lua.json");
  writeFileSync(file, readFileSync(file, "latin1").replace("use strict", "was kept  "), "latin1");
  const again = open().compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  expect(again.code).toBe(made.code.replace("use strict", "was kept  "));
  const { sites, functions, requires, assignedGlobals, usesEnvironments } = made;
  expect(again).toMatchObject({ sites, functions, requires, assignedGlobals, usesEnvironments });
  expect(again.resumeScript()).toEqual(made.resumeScript());
});

test("another text, another compiler and a damaged entry do not count", async () => {
  const first = open();
  const made = first.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS);
  await first.close();
  const file = join(folder, "app/a.lua.json");
  const kept = readFileSync(file, "latin1");
  const damage = kept.replace("use strict", "was kept  ");
  writeFileSync(file, damage, "latin1");
  expect(open("other").compileModule("app/a.lua", SOURCE, MODULE_OPTIONS).code).toBe(made.code);
  const other = open().compileModule("app/a.lua", "return 2", MODULE_OPTIONS);
  expect(other.code).not.toBe(made.code);
  for (const text of ["", kept.slice(0, 100), kept.slice(0, -10), "\n\n"]) {
    writeFileSync(file, text, "latin1");
    expect(open().compileModule("app/a.lua", SOURCE, MODULE_OPTIONS).code).toBe(made.code);
  }
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

test("only modules are kept, and only as long as their files are there", async () => {
  const cache = open();
  cache.compile("return 1", "@app/a.lua", MODULE_OPTIONS);
  cache.compile("return 1", "@lib/b.lua", MODULE_OPTIONS);
  cache.compile("return 1", "@/etc/c.lua", MODULE_OPTIONS);
  cache.compile("return 1", "@app/../../d.lua", MODULE_OPTIONS);
  cache.compile("return 1", "=(load)", MODULE_OPTIONS);
  await cache.close();
  const kept = () => readdirSync(folder, { recursive: true }).map(String).sort();
  expect(kept()).toEqual(["app", "app/a.lua.json", "lib", "lib/b.lua.json"]);
  cache.delete("app/a.lua");
  mkdirSync(join(folder, "app/gone"));
  writeFileSync(join(folder, "app/gone/x.lua.json"), "");
  open().prune((path) => path === "lib/b.lua");
  expect(kept().filter((path) => path.endsWith(".json"))).toEqual(["lib/b.lua.json"]);
});

test("a folder that can't be written to is no problem", async () => {
  writeFileSync(join(cli.cwd, ".spacer"), "a file");
  const cache = open();
  expect(cache.compileModule("app/a.lua", SOURCE, MODULE_OPTIONS).code).toContain("$_require");
  await cache.close();
});
