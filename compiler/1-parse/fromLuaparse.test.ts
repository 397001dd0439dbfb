import luaparse from "luaparse";
import type { Node } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import { outline, parseText } from "./outline.testkit.ts";

/** Each kind of node, with nothing that luaparse would misread. */
const PROGRAM = `
local a, b = 1, "two"; local none
local function f(x, ...) return x, ... end
function a.b.c:d(y) return self.e[y]; end
function g() end
a.b, c[1] = f(1, nil)(2), f "s" {x = 1, ["y"] = true; "z"}:m(-a, not b, #b)
for i = 1, 10, 2 do break end
for k, v in pairs(a .. b .. "c") do local z = 1 + 2 * 3 ^ 4 ^ 5 - -6 and a or b == c end
while (a) do repeat local u = (a + b) * c until (f(u)) end
if a then f() elseif (a.b).c then (f or g)() else do ; end end
::label:: ::other::
return function(...) return ... end, (f(...)), (...)
`;

/** "12-20", for each node that is none of ours as well. */
function rangesOfLuaparse(text: string): Set<string> {
  const ranges = new Set<string>();
  luaparse.parse(text, {
    luaVersion: "5.2",
    ranges: true,
    onCreateNode: (node) => {
      const [start, end] = (node as unknown as { range: [number, number] }).range;
      ranges.add(`${node.type} ${String(start)}-${String(end)}`);
    },
  });
  return ranges;
}

/** What our nodes are for luaparse; those that are left out have another name there each time. */
const TYPES: Partial<Record<Node["type"], string>> = {
  Name: "Identifier",
  Identifier: "Identifier",
  NumberLiteral: "NumericLiteral",
  NilLiteral: "NilLiteral",
  BooleanLiteral: "BooleanLiteral",
  VarargExpression: "VarargLiteral",
  FunctionExpression: "FunctionDeclaration",
  LocalFunctionStatement: "FunctionDeclaration",
  TableExpression: "TableConstructorExpression",
};

const SAME = [
  "BinaryExpression",
  "LogicalExpression",
  "UnaryExpression",
  "LocalStatement",
  "CallStatement",
  "DoStatement",
  "WhileStatement",
  "RepeatStatement",
  "IfStatement",
  "ForNumericStatement",
  "ForGenericStatement",
  "ReturnStatement",
  "BreakStatement",
  "LabelStatement",
];

function namesIn(node: Node): readonly Node[] {
  switch (node.type) {
    case "LocalStatement":
      return node.names;
    case "LocalFunctionStatement":
      return [node.name];
    case "ForNumericStatement":
      return [node.variable];
    case "ForGenericStatement":
      return node.variables;
    default:
      return [];
  }
}

describe("the tree", () => {
  test("has all nodes where luaparse sees them", () => {
    const ranges = rangesOfLuaparse(PROGRAM);
    const untyped = new Set([...ranges].map((range) => range.replace(/^\w+ /, "")));
    const seen = new Set<string>();
    const check = (node: Node): void => {
      const { start, end } = node.span;
      const span = `${String(start)}-${String(end)}`;
      seen.add(node.type);
      expect(untyped).toContain(span);
      const type = SAME.includes(node.type) ? node.type : TYPES[node.type];
      if (type !== undefined) expect(ranges).toContain(`${type} ${span}`);
      namesIn(node).forEach(check);
      forEachChild(node, check);
    };
    for (const statement of parseText(PROGRAM, { isLua52Compatible: true }).main.body.statements)
      check(statement);
    for (const type of [...SAME, ...Object.keys(TYPES)]) expect(seen).toContain(type);
  });

  test.each([
    ["while a do break; f() end", "while a {break; f()}"],
    ["f\n(x)", "f(x)"],
    [";; f();; ;", "f()"],
    ["::a:: f() goto a", "::a::; f(); goto a"],
    ["do ::a::; end return;", "do{::a::}; return "],
    ["return f\n{}\n'x'", 'return f({})("x")'],
  ])("has what luaparse does not know in Lua 5.1: %j", (text, expected) => {
    expect(outline(text, { isLua52Compatible: true })).toBe(expected);
  });

  test("is made without changing luaparse for others, also after an error", () => {
    const theirs = JSON.stringify(luaparse.parse("return f(1)"));
    parseText("return f(1)");
    expect(() => parseText(`return ${"(".repeat(10_000)}`)).toThrow(
      "chunk has too many syntax levels",
    );
    expect(JSON.stringify(luaparse.parse("return f(1)"))).toBe(theirs);
  });
});
