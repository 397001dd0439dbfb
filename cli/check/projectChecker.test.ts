import { ProjectChecker } from "./projectChecker.ts";

let checker: ProjectChecker;

beforeEach(() => {
  checker = new ProjectChecker();
  checker.update("app/gateway.lua", 'return { { "GET", "/hello", "hello" } }');
  checker.update("app/hello.lua", "return function() return 'hello' end");
});

/** "file:line code name" of each finding. */
function found(): string[] {
  return checker.findings().map(({ file, diagnostic, source }) => {
    const { code, line, span } = diagnostic;
    return `${file}:${String(line)} ${code} ${source.text.slice(span.start, span.end)}`;
  });
}

function hints(): (string | undefined)[] {
  return checker.findings().map(({ diagnostic }) => diagnostic.hint);
}

test("nothing is wrong with a project that is right", () => {
  expect(found()).toEqual([]);
  expect(checker.paths).toEqual(["app/gateway.lua", "app/hello.lua"]);
});

test("where many modules are unknown, spelling is looked into for some only", () => {
  for (let index = 0; index < 60; index++) {
    checker.update(`lib/library${String(index)}.lua`, `return require "librarx${String(index)}"`);
  }
  const suggested = hints().filter((hint) => hint?.startsWith("did you mean") === true);
  expect([hints().length, suggested.length]).toEqual([60, 20]);
});

describe("files come and go", () => {
  test("an edit changes what is found in the file", () => {
    checker.update("app/hello.lua", "local a = 1");
    expect(found()).toEqual(["app/hello.lua:1 unused-local a"]);
    checker.update("app/hello.lua", "\nlocal b = 1");
    expect(found()).toEqual(["app/hello.lua:2 unused-local b"]);
    checker.update("app/hello.lua", "return function() end");
    expect(found()).toEqual([]);
  });

  test("a function that is deleted is missed by its route, and its new name suggested", () => {
    checker.update("app/hello.lua", undefined);
    expect(found()).toEqual(['app/gateway.lua:1 missing-function "hello"']);
    expect(hints()).toEqual(["it would be app/hello.lua"]);
    checker.update("app/helo.lua", "return function() end");
    expect(hints()).toEqual(["did you mean 'helo'?"]);
    checker.update("app/hello.lua", "return function() end");
    expect(found()).toEqual([]);
  });

  test("a module that is renamed is missed by those who require it", () => {
    checker.update("lib/prices.lua", "return {}");
    checker.update("app/hello.lua", "local prices = require 'prices' return prices.all");
    expect(found()).toEqual([]);
    checker.update("lib/prices.lua", undefined);
    checker.update("lib/shop/prices.lua", "return {}");
    expect(found()).toEqual(["app/hello.lua:1 unknown-module 'prices'"]);
    checker.update("app/hello.lua", "local prices = require 'shop.prices' return prices.all");
    expect(found()).toEqual([]);
  });

  test("a global is undefined as soon as nobody defines it", () => {
    checker.update("lib/globals.lua", "greeting = 1");
    checker.update("app/hello.lua", "return function() return greeting end");
    expect(found()).toEqual([]);
    checker.update("lib/globals.lua", "greetings = 1");
    expect(found()).toEqual(["app/hello.lua:1 undefined-global greeting"]);
    expect(hints()).toEqual(["did you mean 'greetings'?"]);
    checker.update("lib/globals.lua", undefined);
    expect(hints()).toEqual(["it is nil: declare it, or require what it comes from"]);
  });

  test("the same list is given until something changes", () => {
    const before = checker.findings();
    expect(checker.findings()).toBe(before);
    checker.update("README.md", "local a = 1");
    expect(checker.findings()).toBe(before);
    checker.update("app/other.lua", "");
    expect(checker.findings()).not.toBe(before);
  });

  test("a file that is broken for a while is reported alone", () => {
    checker.update("app/hello.lua", "return function() return greeting end");
    checker.update("lib/globals.lua", "greeting = = 1");
    expect(found()).toEqual(["lib/globals.lua:1 unexpected-symbol ="]);
    expect(checker.notes).toEqual([]);
    checker.update("lib/globals.lua", "greeting = 1");
    expect(found()).toEqual([]);
  });
});

describe("globals", () => {
  test("those that tests define are none of the functions", () => {
    checker.update("test/test_hello.lua", "helper = {} print(helper)");
    checker.update("app/hello.lua", "return function() return helper end");
    expect(found()).toEqual(["app/hello.lua:1 undefined-global helper"]);
  });

  test("tests may write them, functions only what is declared", () => {
    const text = "function f() count = 1 end";
    checker.update("test/test_hello.lua", text);
    checker.update("lib/count.lua", text);
    expect(found()).toEqual(["lib/count.lua:1 global-write-in-function count"]);
    checker.update("lib/globals.lua", "count = 0");
    expect(found()).toEqual([]);
  });

  test("a local that is not visible is told", () => {
    checker.update("app/hello.lua", "do local count = 1 print(count) end print(count)");
    expect(hints()).toEqual(["there is a local 'count' in this file, but not here"]);
  });

  test("names that are computed keep them from being found, and that can be told", () => {
    checker.update("app/hello.lua", "return function() return greeting end");
    checker.update("test/helper.lua", "_G[...] = 1");
    expect(found()).toEqual(["app/hello.lua:1 undefined-global greeting"]);
    checker.update("lib/globals.lua", "_G[...] = 1");
    expect(found()).toEqual([]);
    expect(checker.notes).toEqual([
      "undefined globals are not looked for: names are computed in lib/globals.lua, test/helper.lua",
    ]);
  });

  test("luaunit defines its assertions when it is asked to", () => {
    const text = "require 'luaunit' assertEquals(1, 1)";
    checker.update("test/test_hello.lua", text);
    expect(found()).toEqual(["test/test_hello.lua:1 undefined-global assertEquals"]);
    checker.update("test/test_hello.lua", `EXPORT_ASSERT_TO_GLOBALS = true ${text}`);
    expect(found()).toEqual([]);
  });
});

describe("modules", () => {
  test("tests find what is in test/, functions do not", () => {
    checker.update("test/helper.lua", "return {}");
    checker.update("test/test_hello.lua", "print(require 'helper', require 'hello')");
    checker.update("app/hello.lua", "print(require 'helper')");
    expect(found()).toEqual(["app/hello.lua:1 unknown-module 'helper'"]);
    expect(hints()).toEqual(["it would be app/helper.lua or lib/helper.lua"]);
  });

  test("those that come with spacer, that a file provides, and of any depth", () => {
    checker.update("lib/a/b/c.lua", "return {}");
    checker.update("lib/preload.lua", "package.preload.generated = function() return {} end");
    checker.update(
      "app/hello.lua",
      `for _, m in ipairs {
        require "cjson", require "ngx.semaphore", require "string", require "table.new",
        require "a.b.c", require "a/b/c", require "generated", require "topics",
      } do print(m) end`,
    );
    expect(found()).toEqual([]);
  });

  test("nothing is known when a file changes the search", () => {
    checker.update("app/hello.lua", "print(require 'other')");
    checker.update("app/gateway.lua", 'return { { "GET", "/hello", "nothing" } }');
    checker.update("lib/path.lua", "package.path = package.path .. ';vendor/?.lua'");
    expect(found()).toEqual([]);
    expect(checker.notes).toEqual([
      "unknown modules are not looked for: where they are searched is changed in lib/path.lua",
    ]);
  });

  test("functions are named by dots or slashes, from lib/ too", () => {
    checker.update("app/users/get.lua", "return function() end");
    checker.update("lib/shared.lua", "return function() end");
    const names = ["users/get", "users.get", "shared", "user/get"];
    const rows = names.map((name) => `{ "GET", "/${name}", "${name}" }`);
    checker.update("app/gateway.lua", `return { ${rows.join(", ")} }`);
    expect(found()).toEqual(['app/gateway.lua:1 missing-function "user/get"']);
    expect(hints()).toEqual(["did you mean 'users/get'?"]);
  });
});

describe("calls", () => {
  test("of a function that another file replaces are its own business", () => {
    checker.update("app/hello.lua", "print(string.rep('x'))");
    expect(found()).toEqual(["app/hello.lua:1 wrong-argument-count string.rep('x')"]);
    checker.update("lib/patches.lua", "function string.rep(text) return text end");
    expect(found()).toEqual([]);
    checker.update("lib/patches.lua", "string = {}");
    expect(found()).toEqual([]);
  });

  test("of a module of that name in the project, too", () => {
    checker.update("app/hello.lua", "print(require('cjson').encode())");
    expect(found()).toEqual(["app/hello.lua:1 wrong-argument-count require('cjson').encode()"]);
    checker.update("lib/cjson.lua", "return {}");
    expect(found()).toEqual([]);
  });
});

describe("settings", () => {
  const settings = (lines: string) => `spacerVersion: 1\nappName: shop\n${lines}`;

  test("triggers name functions, as texts or with options", () => {
    checker.update("app/confirm.lua", "return function() end");
    checker.update(
      "config/application.yml",
      settings(`# \u00c3\u00a4, in bytes
topics: [orders, users]
events:
  orders:
    APPEND:
      - confirm
      - "confrm"
  users: { APPEND: [{ attempts: 3, run: greet }, other] }`),
    );
    expect(found()).toEqual([
      "config/application.yml:9 missing-function confrm",
      "config/application.yml:10 missing-function greet",
      "config/application.yml:10 missing-function other",
    ]);
    expect(hints()[0]).toBe("did you mean 'confirm'?");
  });

  test("a comment silences them", () => {
    checker.update(
      "config/application.yml",
      settings("topics: [a]\nevents:\n  a:\n    APPEND: [gone] # spacer: ignore missing-function"),
    );
    expect(found()).toEqual([]);
  });

  test("what can't be read is an error at its place", () => {
    checker.update("config/application.yml", settings("gateway:\n  prot: 1"));
    expect(checker.findings().map(({ diagnostic }) => diagnostic)).toMatchObject([
      { code: "invalid-settings", severity: "error", line: 4, hint: "did you mean 'port'?" },
    ]);
    checker.update("config/application.yml", settings("gateway: [\n"));
    expect(found()).toHaveLength(1);
    checker.update("config/application.yml", undefined);
    expect(found()).toEqual([]);
  });
});
