/** Builtins that may take long can be stopped (core/budget.ts), and no `pcall` catches that. */
import { ALARM, alarm } from "../core/budget.ts";
import { createProgram } from "./program.testkit.ts";

const limits = { cpuMs: 30, timeoutMs: Infinity };
const USED_UP = expect.stringMatching(/^program:\d+: .*CPU/) as unknown;

/** Runs straight-line code; `arm` lets the alarm be raised from here on. */
function outcomeOf(source: string): readonly unknown[] {
  const { state, start } = createProgram({ limits: { ...limits, cpuMs: 1 } });
  state.globals.setString("arm", () => {
    alarm[ALARM.raised] = alarm[ALARM.slice] ?? 0;
    return undefined;
  });
  return start(source).outcome();
}

test("code without a checkpoint is not stopped", () => {
  expect(outcomeOf("arm() local x = 1 + 1 return x")).toEqual(["ended", 2]);
  expect(outcomeOf("arm() return ('abc'):find('b', 1, true)")).toEqual(["ended", 2, 2]);
});

test.each([
  ["find", "return ('aaa'):find('a-b')"],
  ["match", "return ('aaa'):match('.-b')"],
  ["gmatch", "local next = ('aaa'):gmatch('a*b') arm() return next()"],
  ["gsub", "return ('abc'):gsub('%w', 'x')"],
  ["gsub with a function", "return ('abc'):gsub('%w', function() end)"],
  ["gsub with a table", "return ('abc'):gsub('%w', {})"],
  ["format", "return ('%d'):format(1)"],
  ["reverse", "return ('abc'):reverse()"],
  ["concat", "return table.concat({1, 2, 3})"],
  ["foreach", "return table.foreach({1}, print)"],
  ["foreachi", "return table.foreachi({1}, print)"],
  ["insert", "return table.insert({}, -5, 1)"],
  ["move upwards", "return table.move({1, 2}, 1, 2, 3)"],
  ["move downwards", "return table.move({1, 2, 3}, 1, 2, 2)"],
  ["sort", "return table.sort({3, 1, 2, 5, 4}, rawequal)"],
  ["sort without a function", "return table.sort({3, 1, 2, 5, 4})"],
  ["load", "return load(math.random)"],
  ["encode of an array", "return require('cjson').encode({1})"],
  ["encode of an object", "return require('cjson').encode({a = 1})"],
  ["decode", "return require('cjson').decode('[1]')"],
])("%s", (_name, call) => {
  expect(outcomeOf(`require("cjson") arm() ${call}`)).toEqual(["failed", USED_UP]);
});

test("sort of many strings", () => {
  const source = "local t = {} for i = 1, 7e4 do t[i] = 'x' .. i end arm() table.sort(t)";
  expect(outcomeOf(source)).toEqual(["failed", USED_UP]);
});

describe("takes for ever and is stopped", () => {
  test.each([
    ["a pattern that gives back", "('a'):rep(40):find(('a*'):rep(30) .. 'b')"],
    [
      "a pattern used often",
      "for i = 1, 40 do ('ab'):find('a-a-a-a-a-a-a-a-a-a-a-a-$') end ('a'):rep(1000):find('a-a-a-a-a-a-a-a-a-a-a-a-b')",
    ],
    ["optional items", "('a'):rep(40):find(('a?'):rep(39) .. ('a'):rep(39) .. 'b')"],
    ["a pattern tried at each place", "('a'):rep(3e5):find('[ab]a*c')"],
    ["balanced parentheses", "('('):rep(3e5):find('%b()')"],
    ["plain text", "('a'):rep(3e6):find(('a'):rep(1e5) .. 'b' .. ('a'):rep(2e5), 1, true)"],
    ["gsub", "('a'):rep(40):gsub(('a*'):rep(30) .. 'b', '')"],
    ["insert", "table.insert({}, -2^31, 1)"],
    ["move", "table.move({}, 1, 2^31 - 1, 2)"],
    ["a reader", "load(function() return ' ' end)"],
  ])("%s", (_name, call) => {
    const { start, output } = createProgram({ limits });
    const { outcome } = start(`pcall(function() ${call} end) print("not reached")`);
    expect(outcome()).toEqual(["failed", USED_UP]);
    expect(output()).toBe("");
  });
});

test.each([
  ["x", "2^31 - 1"],
  ["xx", "2^31 - 1"],
  ["a longer text", "1e9"],
])("string.rep of %j says at once that memory does not suffice", (text, count) => {
  const { start } = createProgram();
  const outcome = start(`return pcall(string.rep, "${text}", ${count})`).outcome();
  expect(outcome).toEqual(["ended", false, "not enough memory"]);
});
