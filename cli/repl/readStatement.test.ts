import { compileChunk, compileOptions } from "../compile.ts";
import { DISCARDED, type LineSource } from "./lineSource.ts";
import { readStatement } from "./readStatement.ts";

type Line = Awaited<ReturnType<LineSource["readLine"]>>;

/** Reads all statements: what each is, and the texts that were loaded for it. */
async function read(lines: readonly Line[], takesExpressions: boolean) {
  const prompts: string[] = [];
  const remembered: string[] = [];
  const loaded: string[] = [];
  const left = [...lines];
  const load = (text: string) => {
    compileChunk(text, "=stdin", compileOptions("luajit"));
    loaded.push(text);
    return () => undefined;
  };
  const reader = {
    source: {
      readLine: (prompt: string) => {
        prompts.push(prompt);
        return Promise.resolve(left.shift());
      },
      remember: (text: string) => {
        remembered.push(text);
      },
    },
    prompt: (isFirst: boolean) => (isFirst ? ">" : ">>"),
    load,
    takesExpressions,
  };
  const kinds: string[] = [];
  for (;;) {
    const statement = await readStatement(reader);
    if (statement === undefined) break;
    kinds.push(statement.kind === "wrong" ? statement.message : statement.kind);
  }
  return { kinds, prompts, remembered, latest: loaded.at(-1) };
}

test("lines are joined as long as one is missing", async () => {
  const { kinds, prompts, remembered, latest } = await read(["for i = 1, 2", "do", "end"], true);
  expect(kinds).toEqual(["chunk"]);
  expect(prompts).toEqual([">", ">>", ">>", ">"]);
  expect(remembered).toEqual(["for i = 1, 2\ndo\nend"]);
  expect(latest).toBe("for i = 1, 2\ndo\nend");
});

test.each([
  ["a", "expressions", "return nil, a"],
  ["1, 2", "expressions", "return nil, 1, 2"],
  ["f()", "expressions", "return nil, f()"],
  ["=x", "expressions", "return nil, x"],
  ["= x -- y", "expressions", "return nil,  x -- y"],
  ["=", "chunk", "return "],
  ["= -- y", "chunk", "return  -- y"],
  ["-- y", "chunk", "-- y"],
  ["x = 1", "chunk", "x = 1"],
  ["return 1", "chunk", "return 1"],
  ["local x", "chunk", "local x"],
  ["x = f --[[\n]]", "chunk", "x = f --[[\n]]"],
])("where somebody types, %j is %s: %j", async (typed, kind, text) => {
  const { kinds, latest } = await read(typed.split("\n"), true);
  expect([kinds, latest]).toEqual([[kind], text]);
});

test.each([[["{1,", "2}"]], [["f(", ")"]], [["'a' ..", "'b'"]], [["function(x)", "end"]]])(
  "an expression may take several lines: %j",
  async (lines) => {
    const { kinds, latest } = await read(lines, true);
    expect([kinds, latest]).toEqual([["expressions"], `return nil, ${lines.join("\n")}`]);
  },
);

test.each([
  ["x = = 1", "stdin:1: unexpected symbol near '='"],
  ["1 + + 2", "stdin:1: unexpected symbol near '1'"],
  ["'a\n'", "stdin:1: unfinished string near ''a'"],
  ["end", "stdin:1: '<eof>' expected near 'end'"],
])("a mistake in %j is told at once", async (typed, message) => {
  const result = await read(typed.split("\n"), true);
  expect(result).toMatchObject({ kinds: [message], remembered: [typed] });
});

test("as in lua, an expression needs =, and a name goes on", async () => {
  expect((await read(["1"], false)).kinds).toEqual(["stdin:1: unexpected symbol near '1'"]);
  expect((await read(["a", "= 1", "=a"], false)).remembered).toEqual(["a\n= 1", "=a"]);
});

test("what is discarded is forgotten", async () => {
  const { kinds, remembered } = await read(["for i = 1, 2 do", DISCARDED, "x = 1"], true);
  expect([kinds, remembered]).toEqual([["empty", "chunk"], ["x = 1"]]);
});

test("an end in the middle of a statement is the end", async () => {
  expect((await read(["x = {"], true)).kinds).toEqual([]);
});
