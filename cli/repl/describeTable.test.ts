import { LuaTable } from "../../runtime/index.ts";
import { openLuaState } from "../luaState.ts";
import { describeTable } from "./describeTable.ts";

async function describeExpression(expression: string): Promise<string> {
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect: "luajit", context });
  const [value] = await state.run(state.load(`return ${expression}`, "=test"));
  if (!(value instanceof LuaTable)) throw new Error("no table");
  return describeTable(value);
}

test.each([
  ["{}", "{}"],
  ["{1, 'two', true, nil, 5}", '{1, "two", true, [5] = 5}'],
  ["{x = 0.1 + 0.2, [false] = 1/0, ['a b'] = -0}", '{x = 0.3, [false] = inf, ["a b"] = -0}'],
  ["{{}, {{{}, {1}, {{}}}}}", "{{}, {{{}, {...}, {...}}}}"],
  ["{'\\n\"\\\\\\0\\t\\127'}", '{"\\n\\"\\\\\\000\\t\\127"}'],
  ["(function() local t = {} t.self = t return t end)()", "{self = {...}}"],
  ["setmetatable({1}, {__index = error, __len = error, __pairs = error})", "{1}"],
  ["{('x'):rep(300)}", `{\n  "${"x".repeat(200)}...",\n}`],
])("%s", async (expression, text) => {
  expect(await describeExpression(expression)).toBe(text);
});

test("a table that is too long for a line takes several", async () => {
  const list = `{("a"):rep(30), {("b"):rep(70), c = 1}, ("d"):rep(30)}`;
  expect(await describeExpression(list)).toBe(
    `{\n  "${"a".repeat(30)}",\n  {\n    "${"b".repeat(70)}",\n    c = 1,\n  },\n` +
      `  "${"d".repeat(30)}",\n}`,
  );
});

test("only so many entries are shown, in all tables together", async () => {
  const many = "(function() local t = {} for i = 1, 1e5 do t[i] = {i} end return t end)()";
  const text = await describeExpression(many);
  expect(text).toContain("{25},\n  ...,\n}");
  expect(text).not.toContain("26");
});
