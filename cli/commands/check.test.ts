import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "hello");
  cli.clear();
});

afterEach(() => {
  cli.dispose();
});

test("a new project has no findings", async () => {
  expect(await cli.run("check", "hello", "--strict")).toBe(0);
  expect(cli.out).toBe("checked 4 files: nothing found\n");
});

test("warnings are shown with their code, and fail only when asked to", async () => {
  cli.write("hello/app/hello.lua", "local count = 1\nreturn function() return cuont end\n");
  expect(await cli.run("check", "hello")).toBe(0);
  expect(cli.out).toBe(
    `warning: app/hello.lua:1: local 'count' is never read [unused-local]
  1 | local count = 1
    |       ^^^^^
hint: remove it, or begin its name with '_' to keep it

warning: app/hello.lua:2: nothing defines the global 'cuont' [undefined-global]
  2 | return function() return cuont end
    |                          ^^^^^
hint: did you mean 'count'?

checked 4 files: 2 warnings
`,
  );
  expect(await cli.run("check", "hello", "--strict")).toBe(1);
});

test("errors fail: in the syntax, in routes, in triggers and in the settings", async () => {
  cli.write("hello/lib/broken.lua", "local a =");
  cli.write("hello/app/gateway.lua", 'return { { "GET", "/hello", "helo" } }');
  const settings = "spacerVersion: 1\nappName: shop\ntopics: [t]\nevents:\n  t:\n    APPEND: [x]\n";
  cli.write("hello/config/application.yml", settings);
  expect(await cli.run("check", "hello")).toBe(1);
  expect(cli.out.match(/^\w+: .*$/gm)).toEqual([
    "error: app/gateway.lua:1: there is no function 'helo' [missing-function]",
    "hint: did you mean 'hello'?",
    "error: config/application.yml:6: there is no function 'x' [missing-function]",
    "hint: it would be app/x.lua",
    "error: lib/broken.lua:1: unexpected symbol near '<eof>' [unexpected-symbol]",
    "hint: the source ends in the middle of a statement",
  ]);
  expect(cli.out).toContain("checked 5 files: 3 errors\n");
  cli.clear();
  cli.write("hello/config/application.yml", "spacerVersion: 2\n");
  expect(await cli.run("check", "hello/config")).toBe(1);
  expect(cli.out).toContain("error: config/application.yml:1: spacerVersion: must be 1");
  expect(cli.out).toContain("checked 1 file: 1 error\n");
});

test("--json is one array, with lines and columns in characters", async () => {
  cli.write("hello/app/hello.lua", "local g = '\u00e4', \u0020b\nreturn g");
  expect(await cli.run("check", "hello", "--json")).toBe(0);
  expect(JSON.parse(cli.out)).toEqual([
    {
      file: "app/hello.lua",
      line: 1,
      column: 17,
      endLine: 1,
      endColumn: 18,
      code: "undefined-global",
      severity: "warning",
      message: "nothing defines the global 'b'",
      hint: "it is nil: declare it, or require what it comes from",
    },
  ]);
  expect(cli.out.split("\n")).toHaveLength(4);
  cli.clear();
  cli.write("hello/app/hello.lua", "return 1");
  expect(await cli.run("check", "hello", "--json")).toBe(0);
  expect(cli.out).toBe("[]\n");
});

test("files and folders select what is told, all files decide", async () => {
  cli.write("hello/lib/shop/a.lua", "shop_name = 'x' local a = 1");
  cli.write("hello/lib/shop/b.lua", "print(shop_name) local b = 1");
  const told = async (...words: string[]) => {
    cli.clear();
    await cli.run("check", ...words);
    return cli.out.match(/(?:local '\w+'|checked .*)/g);
  };
  expect(await told("hello/lib/shop/b.lua")).toEqual(["local 'b'", "checked 1 file: 1 warning"]);
  expect(await told("hello/lib/shop")).toEqual([
    "local 'a'",
    "local 'b'",
    "checked 2 files: 2 warnings",
  ]);
  expect(await told("hello/app", "hello/lib/shop/a.lua")).toEqual([
    "local 'a'",
    "checked 3 files: 1 warning",
  ]);
  cli.write("hello/tools/seed.lua", "print(shop_name, require 'shop.a') local c = 1");
  expect(await told("hello/tools/seed.lua")).toEqual(["local 'c'", "checked 1 file: 1 warning"]);
});

test("a file outside of a project is checked by itself", async () => {
  cli.write("x.lua", "print(require 'other', table.pack(1), rawlen)\nprint(undefined)");
  expect(await cli.run("check", "x.lua")).toBe(0);
  // Who knows what the other one defines.
  expect(cli.out).toBe("checked 1 file: nothing found\n");
  cli.clear();
  cli.write("x.lua", "print(rawlen, ngx)");
  await cli.run("check", "x.lua", "--lua", "openresty");
  expect(cli.out).toBe("checked 1 file: nothing found\n");
  cli.clear();
  await cli.run("check", "x.lua");
  expect(cli.out).toContain("nothing defines the global 'rawlen'");
  expect(cli.out).toContain("checked 1 file: 2 warnings\n");
});

test("--lua takes files of a project for programs of their own", async () => {
  cli.write("hello/app/hello.lua", "function f() x = require 'nothing' end print(ngx)");
  await cli.run("check", "hello/app/hello.lua", "--lua", "luajit");
  expect(cli.out).toBe("checked 1 file: nothing found\n");
  cli.clear();
  await cli.run("check", "hello/app/hello.lua");
  expect(cli.out).toContain("checked 1 file: 2 warnings\n");
});

test("a note tells why undefined globals are not looked for", async () => {
  cli.write("hello/lib/globals.lua", "for name, value in pairs({ a = 1 }) do _G[name] = value end");
  await cli.run("check", "hello");
  expect(cli.out).toBe(
    "undefined globals are not looked for: names are computed in lib/globals.lua\n" +
      "checked 5 files: nothing found\n",
  );
});

test("links are followed, hidden files and others left out", async () => {
  cli.write("shared/prices.lua", "local a = 1");
  symlinkSync(join(cli.cwd, "shared"), join(cli.cwd, "hello/lib/shared"));
  symlinkSync(join(cli.cwd, "nothing.lua"), join(cli.cwd, "hello/lib/gone.lua"));
  symlinkSync("circle.lua", join(cli.cwd, "hello/lib/circle.lua"));
  symlinkSync("..", join(cli.cwd, "hello/lib/above"));
  cli.write("hello/lib/.hidden.lua", "local a = 1");
  cli.write("hello/lib/.git/x.lua", "local a = 1");
  cli.write("hello/lib/x.lua.orig", "local a = 1");
  mkdirSync(join(cli.cwd, "hello/lib/folder.lua"));
  await cli.run("check", "hello");
  expect(cli.out.match(/^warning: .*/gm)).toEqual([
    "warning: lib/shared/prices.lua:1: local 'a' is never read [unused-local]",
  ]);
  expect(cli.out).toContain("checked 5 files: 1 warning\n");
});

test("what can't be checked is an error that says so", async () => {
  const errorOf = async (...words: string[]) => {
    cli.clear();
    expect(await cli.run("check", ...words)).toBe(1);
    expect(cli.out).toBe("");
    return cli.err.split("\n")[0];
  };
  expect(await errorOf()).toMatch(/^spacer: this is no spacer project/);
  expect(await errorOf("nothing.lua")).toBe("spacer: there is no file or folder nothing.lua");
  cli.write("folder/x.lua", "");
  expect(await errorOf("folder")).toMatch(/^spacer: folder is no spacer project/);
  expect(await errorOf("hello/app", "folder/x.lua")).toBe(
    "spacer: these files belong to different projects",
  );
  expect(await errorOf("--lua", "luajit")).toBe("spacer: 'spacer check --lua DIALECT' needs FILES");
  expect(await errorOf("hello", "--lua", "luajit")).toBe(
    "spacer: can't read hello: it is a folder",
  );
});

test("colours are for terminals", async () => {
  cli.write("hello/app/hello.lua", "local a = 1");
  Object.assign(cli.context.stdout, { isTTY: true });
  await cli.run("check", "hello");
  expect(cli.out).toContain("\u001b[33mwarning:\u001b[0m");
  expect(cli.out).toContain("\u001b[2m[unused-local]\u001b[0m");
});
