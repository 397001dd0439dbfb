import type { Expression, Node, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import { parseText } from "./outline.testkit.ts";

/** The lines of the nodes that fail because `bad` is nil. */
function failingLines(text: string): number[] {
  const lines: number[] = [];
  const visit = (node: Statement | Expression): void => {
    if (fails(node)) lines.push(node.line);
    forEachChild(node, visit);
  };
  visit(parseText(text).main);
  return lines;
}

function fails(node: Node): boolean {
  switch (node.type) {
    case "IndexExpression":
      return isBad(node.base);
    case "CallExpression":
      return isBad(node.callee) || node.method === "bad";
    case "BinaryExpression":
      return isBad(node.left) || isBad(node.right);
    case "UnaryExpression":
      return node.operator !== "not" && isBad(node.operand);
    case "ForNumericStatement":
      return isBad(node.start) || isBad(node.limit);
    case "ForGenericStatement":
      return node.iterators[0] !== undefined && isBad(node.iterators[0]);
    default:
      return false;
  }
}

function isBad(node: Expression): boolean {
  if (node.type === "Identifier") return node.name === "bad";
  return (
    node.type === "IndexExpression" && node.key.type === "StringLiteral" && node.key.value === "bad"
  );
}

// The line of the error that LuaJIT raises when the program runs.
test.each([
  ["local x = bad.a", 1],
  ["local x =\nbad\n.a", 3],
  ["local x = bad.a\n+ 1", 2],
  ["local x = bad.a +\n 1", 1],
  ["print(bad.a\n)", 2],
  ["print(bad.a\n,\n1)", 2],
  ["print(bad.a,\n1)", 1],
  ["print(1,\nbad.a\n)", 3],
  ["local x = (bad.a\n)", 2],
  ["local x = (bad.a\n).b", 2],
  ["local x = (bad\n)\n.a", 3],
  ["bad(\n1\n)", 1],
  ["bad{\n1\n}", 1],
  ["bad\n{\n1\n}", 2],
  ["bad[[\n\n]]", 3],
  ["bad\n'a\\\nb'", 3],
  ["print(bad(\n1,\n2))", 1],
  ["local t = {}\nt\n:bad(\n1)", 3],
  ["bad\n:foo(\n1)", 2],
  ["local t={}\nt.bad(\n1\n)", 2],
  ["local t={}\nt.\nbad(\n1\n)", 3],
  ["local x = bad +\n1", 2],
  ["local x = 1 +\nbad", 2],
  ["local x = 1\n+\nbad", 3],
  ["local x = (1\n+\nbad\n)", 3],
  ["local x = bad + (1\n)", 2],
  ["local x = 1 + bad +\n 2", 1],
  ["local x = 2\n * bad\n + 1", 2],
  ["local x = -\nbad", 2],
  ["local x = -(bad\n)", 2],
  ["local x = #\nbad", 2],
  ["local x = 'a' ..\nbad", 2],
  ["local x = 'a' ..\nbad ..\n'c'", 3],
  ["local x = bad ..\n'b' ..\n'c'\n", 3],
  ["local x = bad <\n1", 2],
  ["local x = 1 <\nbad", 2],
  ["local x = not\nbad.x", 2],
  ["local x = bad.a and\n1", 1],
  ["local x = 1 and bad.x\nor 2", 1],
  ["local x = 1 and bad.x\nand 2", 1],
  ["bad.a =\n1", 2],
  ["bad.a, bad2 =\n1,\n2", 3],
  ["local t={}\nt.a, bad.x =\n1,\n2", 4],
  ["bad\n.a = (1\n)", 3],
  ["bad[1\n] =\n1", 3],
  ["bad.x.y =\n1", 1],
  ["bad.x\n.y =\n1", 1],
  ["function\nbad.f()\nend", 1],
  ["function\nbad\n.f()\nend", 1],
  ["function bad\n.f\n.g()\nend", 2],
  ["if bad.a\nthen end", 1],
  ["while bad.a\ndo end", 1],
  ["repeat until\nbad.a\n", 2],
  ["for i = 1,\nbad.x\n, 3 do end", 2],
  ["for i = 1,\nbad\ndo\nend", 3],
  ["for i\n=\nbad,\n1\n do\n print(i)\nend", 5],
  ["for k in\nbad.x\ndo end", 2],
  ["for k\nin\nbad\ndo end", 3],
  ["for k in\nbad\n,\n1\ndo end", 2],
  ["for k in bad,\n1\ndo end", 1],
  ["return bad.a", 1],
  ["return bad.a\n,\n1", 2],
  ["return\nbad(\n1)", 3],
  ["return 1,\nbad(\n1)", 2],
  ["local t = {bad.a\n,\n1}", 1],
  ["local t = {\nx = bad.a\n}", 2],
  ["local t = {[bad.a\n] =\n 1}", 1],
  ["local y = {}\nlocal x = y[bad.a\n]", 2],
  ["local x = {bad\n.a}", 2],
  ["local x = {1, bad\n.a}", 2],
  ["local x = { (bad.x\n) }", 2],
  ["local x = bad.a\n'x'", 1],
  ["local x = {}\nx.b = bad.a\n'x'", 2],
  ["local x = bad.a\n.b\n.c", 1],
  ["local x = bad\n:a()", 2],
  ["local x = bad.a:\nb()", 2],
  ["local x = bad.a\n:b()\n:c()", 2],
  ["local f=function() return {} end\nlocal x = f()\n:bad()\n:c()", 3],
])("an error in %j is at line %i", (text, line) => {
  expect(failingLines(text)).toContain(line);
});

test("lines of functions", () => {
  const { main } = parseText("#!shell\n\nlocal function f()\n\nreturn 1\n\nend\n");
  expect(main).toMatchObject({ firstLine: 0, lastLine: 0 });
  expect(main.body.statements[0]).toMatchObject({
    line: 3,
    function: { firstLine: 3, lastLine: 7 },
  });
});

test("lines end with \\n, \\r, \\r\\n and \\n\\r", () => {
  const { body } = parseText("a()\nb()\rc()\r\nd()\n\re()\r\rf()").main;
  expect(body.statements.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 7]);
});
