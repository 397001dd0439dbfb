import { messageOf } from "./outline.testkit.ts";

// What `loadstring(text, "=x")` of LuaJIT 2.1 says.
describe("syntax errors read as LuaJIT's", () => {
  test.each([
    ["x = }", "x:1: unexpected symbol near '}'"],
    ["x = end", "x:1: unexpected symbol near 'end'"],
    ["x =", "x:1: unexpected symbol near '<eof>'"],
    ["@", "x:1: unexpected symbol near '@'"],
    ["x = 5 5", "x:1: unexpected symbol near '5'"],
    ["x = 'a' 'a\\nb'", "x:1: unexpected symbol near ''a\nb''"],
    ["x = \x01", "x:1: unexpected symbol near 'char(1)'"],
    ["x = ", "x:1: unexpected symbol near 'char(127)'"],
    ["x = \x00", "x:1: unexpected symbol"],
    ["x != 1", "x:1: '=' expected near '!'"],
    ["x = a & b", "x:1: unexpected symbol near '&'"],
    ["x y", "x:1: '=' expected near 'y'"],
    ["x", "x:1: '=' expected near '<eof>'"],
    ["x == 1", "x:1: '=' expected near '=='"],
    ["x += 1", "x:1: '=' expected near '+'"],
    ["a.b", "x:1: '=' expected near '<eof>'"],
    ["f(a b)", "x:1: ')' expected near 'b'"],
    ["f(a, b", "x:1: ')' expected near '<eof>'"],
    ["f(\n1", "x:2: ')' expected (to close '(' at line 1) near '<eof>'"],
    ["x = {1\n2}", "x:2: '}' expected (to close '{' at line 1) near '2'"],
    ["x = {\n1", "x:2: '}' expected (to close '{' at line 1) near '<eof>'"],
    ["x = {[1] 2}", "x:1: '=' expected near '2'"],
    ["if x = 1 then end", "x:1: 'then' expected near '='"],
    ["if x the", "x:1: 'then' expected near 'the'"],
    ["while x\ny() end", "x:2: 'do' expected near 'y'"],
    ["for i = 1 do", "x:1: ',' expected near 'do'"],
    ["for k, v pairs(t) do end", "x:1: 'in' expected near 'pairs'"],
    ["for i in", "x:1: unexpected symbol near '<eof>'"],
    ["for 1", "x:1: '<name>' expected near '1'"],
    ["for a b", "x:1: '=' or 'in' expected near 'b'"],
    ["repeat x()", "x:1: 'until' expected near '<eof>'"],
    ["repeat\nx()\nend", "x:3: 'until' expected (to close 'repeat' at line 1) near 'end'"],
    ["do\nx()", "x:2: 'end' expected (to close 'do' at line 1) near '<eof>'"],
    ["if x then\nelse", "x:2: 'end' expected (to close 'if' at line 1) near '<eof>'"],
    ["if x then\nelseif y then\n", "x:3: 'end' expected (to close 'if' at line 1) near '<eof>'"],
    ["function f()\n", "x:2: 'end' expected (to close 'function' at line 1) near '<eof>'"],
    ["local function f.a() end", "x:1: '(' expected near '.'"],
    ["function f(a, 1) end", "x:1: <name> or '...' expected near '1'"],
    ["function f(a b) end", "x:1: ')' expected near 'b'"],
    ["function f", "x:1: '(' expected near '<eof>'"],
    ["local 1", "x:1: '<name>' expected near '1'"],
    ["local end", "x:1: '<name>' expected near 'end'"],
    ["local x = ", "x:1: unexpected symbol near '<eof>'"],
    ["a.1", "x:1: '=' expected near '.1'"],
    ["a.end = 1", "x:1: '<name>' expected near 'end'"],
    ["a:b", "x:1: function arguments expected near '<eof>'"],
    ["a:1()", "x:1: '<name>' expected near '1'"],
    ["return 1 2", "x:1: '<eof>' expected near '2'"],
    ["do return end end", "x:1: '<eof>' expected near 'end'"],
    ["end", "x:1: '<eof>' expected near 'end'"],
    ["else", "x:1: '<eof>' expected near 'else'"],
    ["until x", "x:1: '<eof>' expected near 'until'"],
    ["while a do break x() end", "x:1: 'end' expected near 'x'"],
    ["f() = 1", "x:1: unexpected symbol near '='"],
    ["(a) = 1", "x:1: syntax error near '='"],
    ["(a.b) = 1", "x:1: syntax error near '='"],
    ["a, f() = 1", "x:1: syntax error near '='"],
    ["(a)", "x:1: syntax error near '<eof>'"],
    ["('x')", "x:1: syntax error near '<eof>'"],
    ["f\n(x)", "x:2: ambiguous syntax (function call x new statement) near '('"],
    ["x = f\n(x)()", "x:2: ambiguous syntax (function call x new statement) near '('"],
    ["f(\n)\n(x)", "x:3: ambiguous syntax (function call x new statement) near '('"],
    ["x = 'abc", "x:1: unfinished string near '<eof>'"],
    ["x = 'abc\n'", "x:1: unfinished string near ''abc'"],
    ["x = 'a\\nb\nc'", "x:1: unfinished string near ''a\nb'"],
    ["x = 'a\\0b\nc'", "x:1: unfinished string near ''a'"],
    ["x = 'abc\\", "x:1: unfinished string near '<eof>'"],
    ["x = [[abc\n\n", "x:3: unfinished long string near '<eof>'"],
    ["x = [==[ ]=]", "x:1: unfinished long string near '<eof>'"],
    ["x = [=abc", "x:1: invalid long string delimiter near '[='"],
    ["--[[ abc\n", "x:2: unfinished long comment near '<eof>'"],
    ["--[==[ ]]", "x:1: unfinished long comment near '<eof>'"],
    ["x = 'a\\q'", "x:1: invalid escape sequence near ''a'"],
    ["x = 'a\\400'", "x:1: invalid escape sequence near ''a'"],
    ["x = 'a\\xg0'", "x:1: invalid escape sequence near ''a'"],
    ["x = 'a\\u{110000}'", "x:1: invalid escape sequence near ''a'"],
    ["x = 'a\\u0041'", "x:1: invalid escape sequence near ''a'"],
    ["x = 3x", "x:1: malformed number near '3x'"],
    ["x = 1..2", "x:1: malformed number near '1..2'"],
    ["x = 0x", "x:1: malformed number near '0x'"],
    ["x = 1e", "x:1: malformed number near '1e'"],
    ["x = 3.4.5", "x:1: malformed number near '3.4.5'"],
    ["x = 0b2", "x:1: malformed number near '0b2'"],
    ["function f() return ... end", "x:1: cannot use '...' outside a vararg function near '...'"],
    [
      "function f(...) return function() return ... end end",
      "x:1: cannot use '...' outside a vararg function near '...'",
    ],
    ["break", "x:1: no loop to break"],
    ["while a do function f() break end end", "x:1: no loop to break"],
    ["\n\nif x then\nbreak\nend\n", "x:4: no loop to break"],
    ["goto x", "x:1: undefined label 'x'"],
    ["\ndo\n  goto\n x\nend\n", "x:4: undefined label 'x'"],
    ["do ::x:: end goto x", "x:1: undefined label 'x'"],
    ["function f() ::x:: end goto x", "x:1: undefined label 'x'"],
    ["goto x; local y; ::x:: y()", "x:1: <goto x> jumps into the scope of local 'y'"],
    ["do goto x end local a, b ::x:: a()", "x:1: <goto x> jumps into the scope of local 'a'"],
    ["repeat goto x; local a; ::x:: until a", "x:1: <goto x> jumps into the scope of local 'a'"],
    ["::a:: ::b::\n::a::", "x:2: duplicate label 'a'"],
    ["::a", "x:1: '::' expected near '<eof>'"],
    ["::1::", "x:1: '<name>' expected near '1'"],
    ["goto 1", "x:1: '=' expected near '1'"],
    ["goto x y", "x:1: '=' expected near '<eof>'"],
    ["{goto = 1}", "x:1: unexpected symbol near '{'"],
    [";", "x:1: unexpected symbol near ';'"],
    ["x = 1;;", "x:1: unexpected symbol near ';'"],
    ["function f.a:b.c() end", "x:1: '(' expected near '.'"],
    ["x = function f() end", "x:1: '(' expected near 'f'"],
    ["x = #", "x:1: unexpected symbol near '<eof>'"],
    ["x = not", "x:1: unexpected symbol near '<eof>'"],
    ["x = a and", "x:1: unexpected symbol near '<eof>'"],
    ["x = a or or b", "x:1: unexpected symbol near 'or'"],
    ["f{a b}", "x:1: '}' expected near 'b'"],
    ["f'x' 1", "x:1: unexpected symbol near '1'"],
    ["x = \xe9\xff \xe9", "x:1: '=' expected near '<eof>'"],
    ["x = 'a\x00b' y", "x:1: '=' expected near '<eof>'"],
    ["f('a' 'b\\0c')", "x:1: ')' expected near ''b'"],
  ])("%j", (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test("numbers that need the FFI are refused in plain words", () => {
    expect(messageOf("x = 1\ny = 10ULL")).toBe(
      "x:2: 64-bit integer '10ULL' is not available: all numbers are doubles",
    );
    expect(messageOf("x = 2i")).toBe(
      "x:1: complex number '2i' is not available: all numbers are doubles",
    );
  });

  test("such a number is not told about before an error that LuaJIT finds", () => {
    expect(messageOf("x = 1LL y")).toBe("x:1: '=' expected near '<eof>'");
  });
});

describe("limits", () => {
  const locals = (count: number): string => "local a ".repeat(count);
  const names = (count: number): string =>
    Array.from({ length: count }, (_, index) => `v${String(index)}`).join(", ");
  const upvalues = (count: number): string => {
    const half = names(count).replaceAll("v", "w");
    return `local ${names(40)}\nfunction f()\nlocal ${half}\nreturn function() return ${names(40)},\n${half} end end`;
  };

  test.each([
    [locals(200), "OK"],
    [`\n${locals(201)}`, "x:2: main function has more than 200 local variables"],
    [
      `\nfunction f()\n${locals(201)} end`,
      "x:3: function at line 2 has more than 200 local variables",
    ],
    [`function f(${names(201)}) end`, "x:1: function at line 1 has more than 200 local variables"],
    [`${locals(196)} for i = 1, 2 do end`, "OK"],
    [`${locals(197)} for i = 1, 2 do end`, "x:1: main function has more than 200 local variables"],
    [`do ${locals(200)} end do ${locals(200)} end`, "OK"],
    [upvalues(20), "OK"],
    [upvalues(21), "x:5: function at line 4 has more than 60 upvalues"],
    [`${names(198)} = 1`, "OK"],
    [`${names(201)} = 1`, "x:1: main function has more than 200 variable names"],
  ])("of variables", (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  const tooDeep = "x:1: chunk has too many syntax levels";

  test.each([
    { what: "parentheses", parts: ["x = ", "(", "1", ")"], most: 198 },
    { what: "tables", parts: ["x = ", "{", "1", "}"], most: 198 },
    { what: "functions", parts: ["x = ", "function() return ", "1", " end"], most: 99 },
    { what: "blocks", parts: ["", "do ", "", " end"], most: 198 },
    { what: "calls", parts: ["x = ", "f(", "1", ")"], most: 198 },
    { what: "unary operators", parts: ["x = ", "not ", "x", ""], most: 198 },
    { what: "concatenations", parts: ["x = ", "a..", "b", ""], most: 198 },
    { what: "powers", parts: ["x = ", "a^", "b", ""], most: 198 },
    { what: "conditions", parts: ["", "if a then ", "", " end"], most: 198 },
  ])("of nested $what", ({ parts: [start, open = "", middle, close = ""], most }) => {
    const nest = (depth: number): string =>
      [start, open.repeat(depth), middle, close.repeat(depth)].join("");
    expect(messageOf(nest(most - 1))).toBe("OK");
    expect(messageOf(nest(most + 1))).toBe(tooDeep);
    expect(messageOf(nest(100_000))).toBe(tooDeep);
  });
});
