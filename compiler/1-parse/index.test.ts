import { outline } from "./outline.testkit.ts";

describe("parentheses", () => {
  test.each([
    ["x = (f())", "x = (f())"],
    ["x = ((f()))", "x = (f())"],
    ["x = (f)()", "x = f()"],
    ["x = ((f)())", "x = (f())"],
    ["x = f((g()))", "x = f((g()))"],
    ["x = (f(g()))", "x = (f(g()))"],
    ["return (f())", "return (f())"],
    ["return (f()), g()", "return (f()), g()"],
    ["return {(f())}, {f()}", "return {(f())}, {f()}"],
    ["return (f()).x", 'return (f())["x"]'],
    ["return (f().x)", 'return f()["x"]'],
    ["return (f())[g()]", "return (f())[g()]"],
    ["return (f()):m()", "return (f()):m()"],
    ["return (f:m())", "return (f:m())"],
    ["return (f())()", "return (f())()"],
    ["return ((f())())", "return ((f())())"],
    ["return (f{}), (f'x'), (f[[x]])", 'return (f({})), (f("x")), (f("x"))'],
    ["return ('x'):rep(3)", 'return "x":rep(3)'],
    ["return (...), ...", "return (...), ..."],
    ["return {(...)}, f((...))", "return {(...)}, f((...))"],
    ["return ((...)).x", 'return (...)["x"]'],
    ["return -(f()), #(...)", "return <- (f())>, <# (...)>"],
    ["return (f()) + (g())", "return <(f()) + (g())>"],
    ["return (f() + g())", "return <f() + g()>"],
    ["return (a and f())", "return <a and f()>"],
    ["return (function() return f() end)()", "return function (){return f()}()"],
    ["return (function(...) return (...) end)", "return function (...){return (...)}"],
    ["return --[[(]](--[[)]]f--[=[x]=]()--)\n)--)", "return (f())"],
    ["x = (a), (a.b), ('s'), (1), (nil), ({})", 'x = a, a["b"], "s", 1, nil, {}'],
    ["(f)(); (f()).x = 1; (a).b = 2", 'f(); (f())["x"] = 1; a["b"] = 2'],
    ["for k in (f()) do end", "for k in (f()) {}"],
    ["if (f()) then end", "if (f()) {}"],
  ])("%s", (text, expected) => {
    expect(outline(text)).toBe(expected);
  });
});

describe("operators", () => {
  test.each([
    ["1 + 2 - 3", "<<1 + 2> - 3>"],
    ["1 + 2 * 3 % 4 / 5", "<1 + <<<2 * 3> % 4> / 5>>"],
    ["a .. b .. c", "<a .. <b .. c>>"],
    ["a ^ b ^ c", "<a ^ <b ^ c>>"],
    ["-x ^ 2", "<- <x ^ 2>>"],
    ["2 ^ -3 ^ 2", "<2 ^ <- <3 ^ 2>>>"],
    ["not a == b", "<<not a> == b>"],
    ["- - x, not not x, #-x", "<- <- x>>, <not <not x>>, <# <- x>>"],
    ["a or b and c", "<a or <b and c>>"],
    ["a < b == c ~= d", "<<<a < b> == c> ~= d>"],
    ["a .. 1 + 2 .. b", "<a .. <<1 + 2> .. b>>"],
    ["a >= b and c <= d or not (e > f)", "<<<a >= b> and <c <= d>> or <not <e > f>>>"],
  ])("%s", (text, expected) => {
    expect(outline(`return ${text}`)).toBe(`return ${expected}`);
  });
});

describe("statements", () => {
  test.each([
    ["", ""],
    ["local a", "local a = "],
    ["local a, b = f()", "local a, b = f()"],
    ["a.b, c[d], e = 1", 'a["b"], c[d], e = 1'],
    ["local function f(a, ...) end", "local f := function f(a, ...){}"],
    ["function f() end", "f = function f(){}"],
    ["function a.b.c() end", 'a["b"]["c"] = function a.b.c(){}'],
    ["function a.b:c(d) end", 'a["b"]["c"] = function a.b:c(self, d){}'],
    ["f 'a' [[b]] {c} :d 'e' (f)", 'f("a")("b")({c}):d("e")(f)'],
    ["if a then b() elseif c then else d() end", "if a {b()} else c {} else {d()}"],
    ["while a do break end", "while a {break}"],
    ["repeat local a until a", "repeat {local a = } a"],
    ["for i = 1, 2 do end for i = 3, 2, -1 do end", "for i = 1, 2 {}; for i = 3, 2, <- 1> {}"],
    ["for k, v in pairs(t), nil do end", "for k, v in pairs(t), nil {}"],
    ["do return end", "do{return }"],
    ["return;", "return "],
    ["local t = {1, a = 2; ['b'] = 3, f(), c,}", 'local t = {1, ["a"] = 2, ["b"] = 3, f(), c}'],
    ["x = nil, true, false", "x = nil, true, false"],
  ])("%s", (text, expected) => {
    expect(outline(text)).toBe(expected);
  });

  test("strings that look like tokens are strings", () => {
    expect(outline("function f() return 'end' end")).toBe('f = function f(){return "end"}');
    expect(outline("return {f '=', ';', ','}, f ')' '('")).toBe(
      'return {f("="), ";", ","}, f(")")("(")',
    );
  });

  test("numerals that only LuaJIT has", () => {
    expect(outline("return 0x.8, 0b101, 0xA.8p1, .5, 3.")).toBe("return 0.5, 5, 21, 0.5, 3");
  });
});

describe("goto", () => {
  test.each([
    ["goto a; do ::b:: end ::a::", "goto a; do{::b::}; ::a::"],
    ["goto --[[c]]\n a ::a:: (f)()", "goto a; ::a::; f()"],
    ["while a do goto next; local b ::next:: end", "while a {goto next; local b = ; ::next::}"],
    ["::a:: ::b:: goto a", "::a::; ::b::; goto a"],
    ["goto = 1; goto.x = goto", 'goto = 1; goto["x"] = goto'],
    ["goto 'x' goto {}", 'goto("x"); goto({})'],
    ["local goto; goto goto_; ::goto_::", "local goto = ; goto goto_; ::goto_::"],
    ["x = {goto 'end', goto = goto, got_ = 1}", 'x = {goto("end"), ["goto"] = goto, ["got_"] = 1}'],
    [
      "function goto.goto:goto(goto) end",
      'goto["goto"]["goto"] = function goto.goto:goto(self, goto){}',
    ],
    ["::goto:: x = goto y = 1", "::goto::; x = goto; y = 1"],
    ["for goto = 1, 2 do end for goto in f do end", "for goto = 1, 2 {}; for goto in f {}"],
  ])("%s", (text, expected) => {
    expect(outline(text)).toBe(expected);
  });
});

describe("with Lua 5.2 compatibility", () => {
  const lua52 = { isLua52Compatible: true };

  test.each([
    [";;; f() ; (g)()", "f(); g()"],
    ["while a do break; b() end", "while a {break; b()}"],
    ["while a do break b() end", "while a {break; b()}"],
    ["f\n(x)", "f(x)"],
    ["::a:: ; ; ::b:: goto a", "::a::; ::b::; goto a"],
  ])("%j", (text, expected) => {
    expect(outline(text, lua52)).toBe(expected);
  });
});
