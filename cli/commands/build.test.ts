/** `spacer build`, by what it writes and says; what bundles do when they run is tested beside their targets. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";

// A build with esbuild takes seconds where others want the processor, too.
jest.setTimeout(60_000);

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

function project(name: string, files: Readonly<Record<string, string>>): void {
  const all = {
    "config/application.yml": "spacerVersion: 1\nappName: built\n",
    "app/gateway.lua": 'return { { "GET", "/hello", "hello" } }\n',
    "app/hello.lua": 'return function(args) return "hello" end\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    const file = join(cli.cwd, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const built = (path: string): string => readFileSync(join(cli.cwd, path), "utf8");

test("a hello bundle has no library that it does not use, and no compiler", async () => {
  project("shop", {});
  expect(await cli.run("build", "shop", "--minify", "--metafile", "meta.json")).toBe(0);
  const { outputs } = JSON.parse(built("meta.json")) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
  };
  const inputs = Object.entries(outputs["server.cjs"]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  expect(inputs).toContain("app/hello.lua");
  expect(inputs.filter((path) => path.includes("compiler/"))).toEqual([]);
  const unused = ["math", "bit", "coroutine", "os", "buffer/index", "string/index", "table"];
  const found = unused.filter((name) => inputs.some((path) => path.includes(`stdlib/${name}.`)));
  expect(found).toEqual([]);
  expect(cli.out).toContain("no library");
});

test("the same project makes the same bytes in any folder", async () => {
  for (const name of ["a", "b"]) {
    project(name, {});
    expect(await cli.run("build", name, "--minify", "--sourcemap", "-o", `out-${name}`)).toBe(0);
  }
  for (const file of ["server.mjs", "server.cjs", "server.cjs.map"]) {
    const [first, second] = ["a", "b"].map((name) => built(`out-${name}/${file}`));
    expect(second?.replaceAll("../b/", "../a/")).toBe(first);
    expect(first).not.toContain(cli.cwd);
  }
});

test("the errors of all files are told at once, and nothing is written", async () => {
  project("shop", {
    "app/gateway.lua":
      'return { { "GET", "/a", "a", before = "auth" }, { "GET", "/b", "b" }, { "GET", "/c", "c" } }\n',
    "app/a.lua": "local x = = 1\n",
    "app/b.lua": 'local ok = pcall(require, "missing")\nreturn require "wrods"\n',
    "lib/words.lua": "return {}\n",
  });
  expect(await cli.run("build", "shop")).toBe(1);
  const lines = cli.err.split("\n").filter((line) => /^(?:error|warning): /.test(line));
  expect(lines).toEqual([
    "error: app/a.lua:1: unexpected symbol near '=' [unexpected-symbol]",
    "warning: app/b.lua:1: there is no module 'missing', so this will fail [unknown-module]",
    "error: app/b.lua:2: there is no module 'wrods' [unknown-module]",
    "error: app/gateway.lua:1: there is no function 'auth' [missing-function]",
    "error: app/gateway.lua:1: there is no function 'c' [missing-function]",
  ]);
  expect(cli.err).toContain("hint: did you mean 'words'?");
  expect(existsSync(join(cli.cwd, "shop/dist"))).toBe(false);
});

test("computed names are told, and included by patterns", async () => {
  project("shop", {
    "app/hello.lua": 'return function(args) return require("handlers." .. args.name) end\n',
    "lib/handlers/one.lua": "return 1\n",
    "lib/handlers/deep/two.lua": "return 2\n",
  });
  expect(await cli.run("build", "shop", "--json")).toBe(0);
  const first = JSON.parse(cli.out) as { findings: unknown; built: { modules: string[] } };
  expect(first.findings).toMatchObject([
    { file: "app/hello.lua", line: 1, column: 38, code: "computed-name", severity: "warning" },
  ]);
  expect(first.built.modules).toEqual(["app/gateway.lua", "app/hello.lua"]);
  cli.clear();
  expect(await cli.run("build", "shop", "--json", "--include", "handlers.*")).toBe(0);
  const second = JSON.parse(cli.out) as { built: { modules: string[] } };
  expect(second.built.modules).toContain("lib/handlers/one.lua");
  expect(second.built.modules).not.toContain("lib/handlers/deep/two.lua");
  cli.clear();
  expect(await cli.run("build", "shop", "--include", "handler.*")).toBe(1);
  expect(cli.err).toContain("matches no module");
});

test("a folder is written over only if a build has made it, and keeps what others put there", async () => {
  project("shop", {});
  mkdirSync(join(cli.cwd, "mine"));
  writeFileSync(join(cli.cwd, "mine/notes.txt"), "mine");
  expect(await cli.run("build", "shop", "--out", "mine")).toBe(1);
  expect(cli.err).toContain("mine is not written over: it has files that no build has made");
  expect(built("mine/notes.txt")).toBe("mine");
  expect(await cli.run("build", "shop", "--out", "new")).toBe(0);
  mkdirSync(join(cli.cwd, "new/logs"));
  writeFileSync(join(cli.cwd, "new/logs/access.log"), "a line");
  expect(await cli.run("build", "shop", "--out", "new")).toBe(0);
  expect(built("new/logs/access.log")).toBe("a line");
  expect(await cli.run("build", "shop", "--out", ".")).toBe(1);
});
