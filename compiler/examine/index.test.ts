import { SourceText } from "../source.ts";
import { examine, type ExamineOptions } from "./index.ts";

function examineText(text: string, options: ExamineOptions = {}) {
  const source = new SourceText(text, "@x.lua", "x.lua");
  return { facts: examine(source, options), textAt: textAt(text) };
}

function textAt(text: string) {
  return ({ start, end }: { readonly start: number; readonly end: number }) =>
    text.slice(start, end);
}

/** "code: marked text" of each finding that needs no other file. */
function found(text: string, options?: ExamineOptions): string[] {
  const { facts, textAt } = examineText(text, options);
  return facts.diagnostics.map(({ code, span }) => `${code}: ${textAt(span)}`);
}

describe("unused locals", () => {
  const unused = (text: string) => {
    return found(text)
      .filter((each) => each.startsWith("unused-local"))
      .map((each) => each.slice("unused-local: ".length));
  };

  test.each<[string, string, string[]]>([
    ["what is read anywhere is used", "local a, b = 1 print(a, function() return b end)", []],
    ["assigning is not reading", "local a = 1 a = 2 a = 3", ["a"]],
    ["reading for its own new value is", "local a = 1 a = a + 1", []],
    ["a field is read through its table", "local t = {} t.x = 1", []],
    ["a function that only calls itself", "local function f() return f() end", ["f"]],
    ["a function whose name is read outside", "local function f() return f() end f()", []],
    ["loop variables", "for i = 1, 2 do for k, v in pairs({}) do print(v) end end", ["i", "k"]],
    ["parameters are not looked at", "return function(a, b) end", []],
    ["names with an underscore are exempt", "local _, _x = f() for _ = 1, 2 do end", []],
    ["results before one that is read", "local ok, result, more = f() print(result)", ["more"]],
    ["values of their own", "local a, b = f(), 2 print(b)", ["a"]],
    ["each variable by itself", "local a = 1 do local a = 2 print(a) end", ["a"]],
    ["a condition of repeat reads locals of the body", "repeat local x = f() until x", []],
    ["a method reads its object", "local o = {} function o:m() end", []],
    ["locals that debug functions can read", "local a = 1 print(debug.getlocal(1, 1))", []],
  ])("%s", (_what, text, names) => {
    expect(unused(text)).toEqual(names);
  });

  test("the message tells what it is", () => {
    const { facts } = examineText("local a = 1 a = 2 local function f() end for i = 1, 2 do end");
    expect(facts.diagnostics.map(({ message }) => message)).toEqual([
      "local 'a' is assigned to, but never read",
      "local function 'f' is never read",
      "loop variable 'i' is never read",
    ]);
  });
});

describe("unreachable code", () => {
  const unreachable = (text: string, options?: ExamineOptions) =>
    found(text, options).map((each) => each.slice("unreachable-code: ".length));

  test.each<[string, string, string[]]>([
    ["behind a block that returns", "do return end a() b()", ["a() b()"]],
    ["behind branches that all leave", "if x then return else error() end a()", ["a()"]],
    ["not without else", "if x then return end a()", []],
    ["behind goto, up to its label", "goto l a() b() ::l:: c()", ["a() b()"]],
    ["behind error and os.exit", "do error('x') a() end", ["a()"]],
    ["not behind another error", "local error = print error('x') a()", []],
    ["not behind an error that is replaced", "error('x') a() function error() end", []],
    ["not behind an os.exit that is replaced", "os.exit = f os.exit() a()", []],
    ["nor one that may be", "os[name] = f os.exit() a()", []],
    ["nor an error that is replaced in _G", "_G.error = f error() a()", []],
    ["nor by rawset", "rawset(_G, 'error', f) error() a()", []],
    ["behind os.exit, whatever else is replaced", "os.time = f do os.exit() a() end", ["a()"]],
    ["behind a loop without end", "while true do f() end a()", ["a()"]],
    ["not when a break leaves it", "while true do if x then break end end a()", []],
    ["a break of an inner loop does not", "while 1 do while x do break end end a()", ["a()"]],
    ["not when a goto leaves it", "while true do goto out end ::out:: a()", []],
    ["behind repeat until false", "repeat f() until false a()", ["a()"]],
    ["not behind repeat until true", "repeat f() until true a()", []],
    ["behind repeat that returns", "repeat do return end until x a()", ["a()"]],
    ["not behind for loops", "for i = 1, 2 do print(i) do return end end a()", []],
    [
      "branches that a constant decides against",
      "if false then a() elseif nil then b() end",
      ["a()", "b()"],
    ],
    ["branches behind one that is always taken", "if true then a() else b() end", ["b()"]],
    ["what follows a branch that is always taken", "if true then return end a()", ["a()"]],
    ["a body that never runs", "while false do a() end b()", ["a()"]],
    ["functions begin anew", "do return function() a() do return end b() end end", ["b()"]],
    [
      "code in what was found already is not found again",
      "do return end do do return end a() end",
      ["do do return end a() end"],
    ],
    ["not a label alone", "goto l ::k:: ::l:: a()", []],
    [
      "not the label of continue",
      "for i = 1, 2 do if i > 1 then goto c end print(i) ::c:: end",
      [],
    ],
    ["calls in expressions do leave, but nobody looks", "local x = error() print(x)", []],
  ])("%s", (_what, text, spans) => {
    expect(unreachable(text)).toEqual(spans);
  });

  test("behind break, where it may stand in the middle", () => {
    const options = { isLua52Compatible: true };
    expect(unreachable("while x do break a() end", options)).toEqual(["a()"]);
  });

  test("the hint tells what is in the way", () => {
    const { facts } = examineText("f()\ndo return end\na()");
    expect(facts.diagnostics.map(({ hint, line }) => [line, hint])).toEqual([
      [3, "the block in line 2 never lets it go on"],
    ]);
  });
});

describe("globals", () => {
  const globalsIn = (text: string) => {
    const { facts } = examineText(text);
    const { reads, functionWrites, assigned, declared, undeterminedAt } = facts.globals;
    return {
      reads: reads.map(({ name }) => name),
      functionWrites: functionWrites.map(({ name }) => name),
      assigned,
      declared,
      isUndetermined: undeterminedAt !== undefined,
    };
  };

  test.each<[string, string, string[]]>([
    ["reads of what no library has", "print(a, math.pi) b() c.d = e.f", ["a", "b", "c", "e"]],
    ["a global that is tested may be missing", "if a then a() end print(not b, b)", []],
    ["in a condition and by nil", "while x and y do end print(z == nil, z, type(w), w)", []],
    ["a default", "local unpack = unpk or table.unpk print(unpack)", []],
    ["what is behind and is read", "print(x and y)", ["y"]],
    ["a file that changes its globals", "setfenv(1, {}) print(a)", []],
    ["a file that loads code", "load('a = 1')() print(a)", []],
    ["fields of _G may be missing", "print(_G.a, rawget(_G, 'b'))", []],
  ])("%s", (_what, text, names) => {
    expect(globalsIn(text).reads).toEqual(names);
  });

  test("assignments at the top declare, those in functions do not", () => {
    expect(globalsIn("a = 1 function f() b = 2 end if x then c = 3 end print = nil")).toMatchObject(
      {
        functionWrites: ["b"],
        assigned: expect.arrayContaining(["a", "b", "c", "f"]) as unknown,
        declared: ["a", "c", "f", "print"],
      },
    );
  });

  test("a global may be declared as a field of _G, under other names, too", () => {
    const { declared, isUndetermined } = globalsIn(
      `_G.a = 1 local G = _G function f() G.b = 2 end rawset(_G, "c", 3) module("d.e")`,
    );
    expect(declared).toEqual(["a", "b", "c", "d", "f"]);
    expect(isUndetermined).toBe(false);
  });

  test.each([
    "_G[name] = 1",
    "rawset(_G, name, 1)",
    "setmetatable(_G, {})",
    "local G = _G G[name] = 1",
    "export(_G)",
    "module(...)",
    "return _G",
  ])("what is defined by %s nobody can tell", (text) => {
    expect(globalsIn(text).isUndetermined).toBe(true);
  });

  test.each([
    "for name, value in pairs(_G) do print(name, value) end",
    "for name in next, _G do print(name) end",
    "return setmetatable({}, { __index = _G })",
    "local t = {} t.__index = _G return t",
    "print(_G[name])",
  ])("%s only reads", (text) => {
    expect(globalsIn(text).isUndetermined).toBe(false);
  });

  test("locals are told where reads may be misspellings of them", () => {
    expect(examineText("local count = 1 print(cuont, count)").facts.globals.locals).toEqual([
      "count",
    ]);
    expect(examineText("local count = 1 print(count)").facts.globals.locals).toEqual([]);
  });
});

describe("modules", () => {
  const modulesIn = (text: string) => {
    const { facts, textAt } = examineText(text);
    const { required, ...others } = facts.modules;
    return { required: required.map(({ span }) => textAt(span)), ...others };
  };

  test.each<[string, string, string[]]>([
    ["by constant names", "local a = require 'a' require(b)", ["'a'"]],
    ["under another name", "local require = require local a = require 'a'", ["'a'"]],
    ["not within pcall", "pcall(require, 'a') pcall(function() return require 'b' end)", []],
    [
      "not where a global may be missing",
      "local f = bit32 and require 'b' if utf8 then require 'u' end",
      [],
    ],
    [
      "not where versions are told apart",
      "if _VERSION == 'Lua 5.3' then require 'a' else require 'b' end",
      [],
    ],
    ["in other branches", "if x.y then require 'a' end", []],
    ["in branches that locals decide", "local x = f() if x then require 'a' end", ["'a'"]],
  ])("required: %s", (_what, text, names) => {
    expect(modulesIn(text).required).toEqual(names);
  });

  test("modules that the file provides, and the search that it changes", () => {
    expect(modulesIn("package.preload['a'] = f package.loaded.b = {}")).toMatchObject({
      provided: ["a", "b"],
      changesSearch: false,
    });
    for (const text of [
      "package.path = package.path .. ';x/?.lua'",
      "table.insert(package.loaders, f)",
      "package.preload[name] = f",
    ]) {
      expect(modulesIn(text)).toMatchObject({ provided: [], changesSearch: true });
    }
    for (const text of ["print(package.path)", "package.loaded[name] = nil"]) {
      expect(modulesIn(text).changesSearch).toBe(false);
    }
  });
});

describe("argument counts", () => {
  const wrong = (text: string, options: ExamineOptions = { isLua52Compatible: true }) =>
    examineText(text, options).facts.calls.suspects.map(({ diagnostic }) => diagnostic.message);

  test.each<[string, string, string[]]>([
    ["too few", "string.rep('x')", ["'string.rep' takes 2 or 3 arguments, and gets 1"]],
    ["too many", "type(1, 2)", ["'type' takes 1 argument, and gets 2"]],
    ["none allowed", "os.clock(1)", ["'os.clock' takes no arguments, and gets 1"]],
    ["any number", "print() print(1, 2, 3, 4)", []],
    ["a list decides", "string.rep(f()) string.rep(...) type(f())", []],
    [
      "a list cut to one value does not",
      "string.rep((f()))",
      ["'string.rep' takes 2 or 3 arguments, and gets 1"],
    ],
    [
      "too many whatever a list has",
      "type(1, 2, ...)",
      ["'type' takes 1 argument, and gets at least 2"],
    ],
    [
      "by another name",
      "local insert = table.insert insert(t)",
      ["'table.insert' takes 2 or 3 arguments, and gets 1"],
    ],
    ["not when the name is reassigned", "local rep = string.rep rep = f rep()", []],
    ["not of a parameter", "local function g(string) string.rep() end g()", []],
    [
      "of a module",
      "local json = require 'cjson' json.encode()",
      ["'cjson.encode' takes 1 argument, and gets 0"],
    ],
    [
      "of a module that needs no local",
      "require('cjson.safe').decode()",
      ["'cjson.decode' takes 1 argument, and gets 0"],
    ],
    ["of an unknown module", "local json = require 'json' json.encode()", []],
    [
      "as a method",
      "local json = require 'cjson' json:encode({})",
      ["'cjson.encode' takes 1 argument, and gets 2"],
    ],
    [
      "of a literal string",
      "print(('x'):rep())",
      ["'string.rep' takes 2 or 3 arguments, and gets 1"],
    ],
    ["by way of _G", "_G.string.rep('x')", ["'string.rep' takes 2 or 3 arguments, and gets 1"]],
    ["of ngx", "ngx.timer.at(0)", ["'ngx.timer.at' takes at least 2 arguments, and gets 1"]],
    ["of a function that is unknown", "string.nothing()", []],
    ["in a file that changes its globals", "setfenv(1, e) type()", []],
  ])("%s", (_what, text, messages) => {
    expect(wrong(text)).toEqual(messages);
  });

  test("ngx is none of LuaJIT's", () => {
    expect(wrong("ngx.timer.at(0)", {})).toEqual([]);
  });

  test("what is replaced", () => {
    const replaced = (text: string) => examineText(text).facts.calls.replaced;
    expect(replaced("string.rep = f function table.insert() end")).toEqual([
      "string.rep",
      "table.insert",
    ]);
    expect(replaced("local s = string s[name] = f")).toEqual(["string"]);
  });
});

describe("comments that silence", () => {
  test.each<[string, string]>([
    ["at the end of the line", "local a = 1 -- spacer: ignore"],
    ["alone on the line before", "-- spacer: ignore\nlocal a = 1"],
    ["one code", "local a = 1 -- spacer: ignore unused-local"],
    ["several codes", "local a = 1 -- spacer: ignore undefined-global, unused-local"],
    ["with less space", "local a = 1 --spacer:ignore"],
    [
      "alone on lines before",
      "-- spacer: ignore unused-local\n-- spacer: ignore wrong-argument-count\nlocal a = 1",
    ],
    [
      "before the line, with another at its end",
      "-- spacer: ignore unused-local\nlocal a = 1 -- spacer: ignore undefined-global",
    ],
  ])("%s", (_what, text) => {
    expect(found(text)).toEqual([]);
  });

  test.each<[string, string]>([
    ["other codes", "local a = 1 -- spacer: ignore undefined-global"],
    ["the line before, behind code", "print() -- spacer: ignore\nlocal a = 1"],
    ["two lines before", "-- spacer: ignore\n\nlocal a = 1"],
    ["behind another comment", "-- spacer: ignore\n-- a number\nlocal a = 1"],
    ["before one at the end of a line", "-- spacer: ignore\nf() -- spacer: ignore\nlocal a = 1"],
    ["sentences", "local a = 1 -- spacer: ignore this, please!"],
  ])("not %s", (_what, text) => {
    expect(found(text)).toEqual(["unused-local: a"]);
  });

  test("facts that would become findings, too", () => {
    const { facts } = examineText(
      [
        "local a = require 'a' -- spacer: ignore",
        "local function f()",
        "  x = y -- spacer: ignore",
        "end",
        "string.rep(a, f) -- spacer: ignore",
        "string.rep(f) -- spacer: ignore",
      ].join("\n"),
    );
    expect(facts).toMatchObject({
      globals: { reads: [], functionWrites: [], assigned: ["x"] },
      modules: { required: [] },
      calls: { suspects: [] },
    });
  });

  test("not errors, nor codes that there are not", () => {
    expect(found("local a = = 1 -- spacer: ignore")).toEqual(["unexpected-symbol: ="]);
    expect(found("print() -- spacer: ignore unused")).toEqual(["unknown-diagnostic: unused"]);
  });
});

test("routes are the third values of rows that are written out", () => {
  const routesOf = (text: string) => {
    const { facts, textAt } = examineText(text, { isGatewayFile: true });
    return facts.routes.map(({ name, span }) => [name, textAt(span)]);
  };
  const rows = `{ { "GET", "/", "a/b" }, { "GET", path, 'c' }, { "GET", "/d", name }, row }`;
  const expected = [
    ["a/b", '"a/b"'],
    ["c", "'c'"],
  ];
  expect(routesOf(`return ${rows}`)).toEqual(expected);
  expect(routesOf(`local R = ${rows}\nreturn R`)).toEqual(expected);
  expect(routesOf("return make()")).toEqual([]);
  expect(routesOf("")).toEqual([]);
});

test("a file that can't be parsed has its error, and nothing is known of it", () => {
  const { facts } = examineText("local a =");
  expect(facts.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["unexpected-symbol", "error"],
  ]);
  expect(facts.globals.undeterminedAt).toBeDefined();
});

test("the facts are plain data", () => {
  const { facts } = examineText("local a = require 'b' x = y string.rep() goto l do end ::l::");
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test.each([
  ["a deep tree", `return ${"(".repeat(190)}1${")".repeat(190)}`],
  ["a long sum", `return ${Array(20_000).fill("x").join(" + ")}`],
  ["a long chain of fields", `return ${Array(20_000).fill("x").join(".")}`],
])("%s does no harm", (_what, text) => {
  expect(() => examineText(text)).not.toThrow();
});
