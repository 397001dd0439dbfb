import { LuaTable } from "../core/table.ts";
import { list, record } from "../core/table.testkit.ts";
import { parseQuery } from "./query.ts";

describe("parseQuery", () => {
  test.each([
    ["", {}],
    ["a=1", { a: "1" }],
    ["a=1&a=2", { a: list("1", "2") }],
    ["a=1&b=x&a=2&a", { a: list("1", "2", true), b: "x" }],
    ["b", { b: true }],
    ["c=", { c: "" }],
    ["a=b=c", { a: "b=c" }],
    ["&&a=1&", { a: "1" }],
    ["=1&=&a=2", { a: "2" }],
    ["a+b=c+d", { "a b": "c d" }],
    ["a%20b=%2B%26%3D", { "a b": "+&=" }],
    ["a=100%&b=%zz", { a: "100%", b: "%zz" }],
    ["e=%F0%9F%98%80", { e: "\xf0\x9f\x98\x80" }],
    ["n=%00%FF", { n: "\0\xff" }],
    ["1=x", { "1": "x" }],
    ["__proto__=x&constructor=y", { ["__proto__"]: "x", constructor: "y" }],
  ])("%s", (text, expected) => {
    const table = new LuaTable();
    parseQuery(text).addTo(table);
    expect(table).toEqual(record(expected));
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test("writes over what is there", () => {
    const table = record({ a: "body", b: "body" });
    parseQuery("a=query").addTo(table);
    expect(table).toEqual(record({ a: "query", b: "body" }));
  });

  test("takes a name out", () => {
    const values = parseQuery("token=1&a=2&token=3");
    expect(values.take("token")).toEqual(["1", "3"]);
    expect(values.take("token")).toEqual([]);
    const table = new LuaTable();
    values.addTo(table);
    expect(table).toEqual(record({ a: "2" }));
  });
});
