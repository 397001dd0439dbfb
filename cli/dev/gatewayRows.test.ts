import { findGatewayRows } from "./gatewayRows.ts";

function rows(text: string): unknown {
  return findGatewayRows(text).map(({ mark: { line, span }, called }) => [
    line,
    span?.column,
    called?.name,
  ]);
}

test.each([
  [
    "returned as it is",
    "return {\n  {'GET', '/', 'a'},\n  {'GET', '/b', 'b'}, {1}\n}\n",
    [
      [2, 2, "a"],
      [3, 2, "b"],
      [3, 22, undefined],
    ],
  ],
  ["by a variable", "local x, R = 1, {\n  {'GET', '/', 'a'}}\nreturn R\n", [[2, 2, "a"]]],
  [
    "with other things in it",
    "return {name = 1, {'GET', '/', f()}, 7}",
    [
      [1, 18, undefined],
      [1, 37, undefined],
    ],
  ],
  ["made by code", "local R = make()\nreturn R", []],
  ["without a return", "local R = {{'GET', '/', 'a'}}", []],
  ["broken", "return {{'GET' '/'}}", []],
])("%s", (_name, text, expected) => {
  expect(rows(text)).toEqual(expected);
});

test("the name of the function has a place of its own", () => {
  const [row] = findGatewayRows("return {\n  {'GET', '/', 'a'},\n}\n");
  expect(row?.called?.mark).toEqual({
    file: "app/gateway.lua",
    line: 2,
    span: { column: 15, sizeBytes: 3 },
  });
});
