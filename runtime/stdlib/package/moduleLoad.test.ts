import { stopped } from "../../core/stopped.ts";
import { createProgram } from "../program.testkit.ts";
import { forgetFailedModules } from "./moduleLoad.ts";

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

const FILES = {
  "./slow.lua": "local name = ...; print('loading', name); return wait(name) .. '!'",
  "./silent.lua": "wait(...)",
  "./early.lua": "package.loaded[...] = 'unfinished'; wait(...); return 'finished'",
  "./failing.lua": "print('loading', ...); local text = wait(...); error(text)",
  "./one.lua": "wait('one'); return 'one, ' .. require('two')",
  "./two.lua": "wait('two'); return 'two, ' .. require('one')",
  "./itself.lua": "wait(...); return require('itself')",
};

const requireIt = "return require(...)";
const tryIt = "return pcall(require, ...)";

describe("a module that waits while it is loaded", () => {
  test("is loaded once, and those who ask meanwhile get its value", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    const runs = [start(requireIt, "slow"), start(requireIt, "slow"), start(requireIt, "slow")];
    expect(runs.map(({ outcome }) => outcome())).toEqual([["running"], ["running"], ["running"]]);
    await wake("slow", "value");
    const ended = ["ended", "value!"];
    expect(runs.map(({ outcome }) => outcome())).toEqual([ended, ended, ended]);
    expect(start(requireIt, "slow").outcome()).toEqual(ended);
    expect(output()).toBe("loading\tslow\n");
  });

  test("without a value is true for all", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const runs = [start(requireIt, "silent"), start(requireIt, "silent")];
    await wake("silent");
    expect(runs.map(({ outcome }) => outcome())).toEqual([
      ["ended", true],
      ["ended", true],
    ]);
  });

  test("is waited for though it has set its value early, but not by itself", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const loading = start(requireIt, "early");
    const asking = start(requireIt, "early");
    expect(asking.outcome()).toEqual(["running"]);
    await wake("early");
    expect([loading.outcome(), asking.outcome()]).toEqual([
      ["ended", "finished"],
      ["ended", "finished"],
    ]);
  });

  test("does not keep others from loading other modules", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const slow = start(requireIt, "slow");
    const silent = start(requireIt, "silent");
    await wake("silent");
    expect(silent.outcome()).toEqual(["ended", true]);
    expect(slow.outcome()).toEqual(["running"]);
  });

  test("goes on before those who asked for it", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    const program = "local value = require('slow'); print(..., value)";
    start(program, "first");
    start(program, "second");
    start("require('slow'); print('third')");
    await wake("slow", "value");
    expect(output()).toBe(lines("loading\tslow", "first\tvalue!", "second\tvalue!", "third"));
  });

  test("can be asked for from a coroutine", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    start(requireIt, "slow");
    const { outcome } = start(`
      local co = coroutine.wrap(function()
        coroutine.yield(1)
        coroutine.yield(require("slow"))
        return 3
      end)
      print(co(), co(), co())
    `);
    await wake("slow", "value");
    expect(outcome()).toEqual(["ended"]);
    expect(output()).toBe(lines("loading\tslow", "1\tvalue!\t3"));
  });

  test("is in tracebacks of both", async () => {
    const { start, wake, output } = createProgram({
      files: { "./traced.lua": "wait('traced'); print(debug.traceback('loading'))" },
    });
    start("local value = require('traced') return value");
    const asking = start("local value = require('traced') return value");
    expect(asking.task.frames().map(({ kind }) => kind)).toEqual(["builtin", "lua"]);
    await wake("traced");
    expect(output()).toBe(
      lines(
        "loading",
        "stack traceback:",
        "\t./traced.lua:1: in main chunk",
        "\t[C]: in function 'require'",
        "\tprogram:1: in main chunk",
      ),
    );
  });
});

describe("a module that fails after a wait", () => {
  test("fails with the same error for all who asked for it meanwhile", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    const runs = [start(tryIt, "failing"), start(requireIt, "failing"), start(tryIt, "failing")];
    await wake("failing", "broken");
    const text = "./failing.lua:1: broken";
    expect(runs.map(({ outcome }) => outcome())).toEqual([
      ["ended", false, text],
      ["failed", text],
      ["ended", false, text],
    ]);
    expect(output()).toBe("loading\tfailing\n");
  });

  test("is refused from then on, as in LuaJIT, until it is forgotten", async () => {
    const { state, start, wake } = createProgram({ files: FILES });
    start(tryIt, "failing");
    await wake("failing", "broken");
    const refused = ["ended", false, "loop or previous error loading module 'failing'"];
    expect(start(tryIt, "failing").outcome()).toEqual(refused);
    const slow = start(requireIt, "slow");
    forgetFailedModules(state.generation);
    const again = start(tryIt, "failing");
    await wake("failing", "still broken");
    expect(again.outcome()).toEqual(["ended", false, "./failing.lua:1: still broken"]);
    // What is being loaded was not forgotten.
    const asking = start(requireIt, "slow");
    await wake("slow", "value");
    expect([slow.outcome(), asking.outcome()]).toEqual([
      ["ended", "value!"],
      ["ended", "value!"],
    ]);
  });

  test("because what it waited for did", async () => {
    const { start, fail } = createProgram({ files: FILES });
    const runs = [start(tryIt, "slow"), start(tryIt, "slow")];
    await fail("slow", new Error("lost"));
    const outcome = ["ended", false, "./slow.lua:1: lost"];
    expect(runs.map((run) => run.outcome())).toEqual([outcome, outcome]);
  });
});

describe("a search that waits", () => {
  const searcher = `
    table.insert(package.loaders, 1, function(name)
      print("searching", name)
      return wait("search")
    end)
  `;

  test("is made once, too", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    start(searcher);
    const runs = [start(requireIt, "virtual"), start(requireIt, "virtual")];
    await wake("search", () => "found");
    expect(runs.map(({ outcome }) => outcome())).toEqual([
      ["ended", "found"],
      ["ended", "found"],
    ]);
    expect(output()).toBe("searching\tvirtual\n");
  });

  test("in vain is made by the next one anew, whose error has his own position", async () => {
    const { start, wake, output } = createProgram();
    start(searcher);
    const runs = [
      start("return require('nowhere')"),
      start("\n\nlocal value = require('nowhere') return value"),
    ];
    await wake("search", "");
    await wake("search", "");
    expect(output()).toBe("searching\tnowhere\nsearching\tnowhere\n");
    const [first, second] = runs.map(({ outcome }) => String(outcome()[1]));
    expect(first).toMatch(/^module 'nowhere' not found:/);
    expect(second).toMatch(/^program:3: module 'nowhere' not found:/);
  });
});

describe("nobody waits for himself", () => {
  const loopOf = (name: string) => `loop or previous error loading module '${name}'`;

  test("a module that requires itself", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const runs = [start(tryIt, "itself"), start(tryIt, "itself")];
    await wake("itself");
    const outcome = ["ended", false, loopOf("itself")];
    expect(runs.map((run) => run.outcome())).toEqual([outcome, outcome]);
  });

  test("two modules that require each other, in one task", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const { outcome } = start(tryIt, "one");
    await wake("one");
    await wake("two");
    expect(outcome()).toEqual(["ended", false, `./two.lua:1: ${loopOf("one")}`]);
  });

  test("two modules that require each other, loaded by two tasks", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const runs = [start(tryIt, "one"), start(tryIt, "two")];
    await wake("one");
    expect(runs.map((run) => run.outcome())).toEqual([["running"], ["running"]]);
    await wake("two");
    const outcome = ["ended", false, `./two.lua:1: ${loopOf("one")}`];
    expect(runs.map((run) => run.outcome())).toEqual([outcome, outcome]);
  });

  test("in a ring of many", async () => {
    const count = 5;
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, index) => {
        const next = String((index + 1) % count);
        return [`./m${String(index)}.lua`, `wait(...); return require('m${next}')`];
      }),
    );
    const { start, wake } = createProgram({ files });
    const names = Array.from({ length: count }, (_, index) => `m${String(index)}`);
    const runs = names.map((name) => start(tryIt, name));
    const late = start(tryIt, "m0");
    for (const name of names) await wake(name);
    for (const run of [...runs, late]) {
      expect(run.outcome()).toEqual(["ended", false, loopOf("m0")]);
    }
  });

  test("a module loaded by a coroutine of the same task that has yielded", () => {
    const { start, output } = createProgram({
      files: { "./yielding.lua": "coroutine.yield('half'); return 'whole'" },
    });
    const { outcome } = start(`
      local co = coroutine.wrap(function() return require("yielding") end)
      print(co())
      print(pcall(require, "yielding"))
      print(co())
      print(require("yielding"))
    `);
    expect(outcome()).toEqual(["ended"]);
    expect(output()).toBe(lines("half", `false\t${loopOf("yielding")}`, "whole", "whole"));
  });

  test("a module that a coroutine loads in one task and goes on with in another", () => {
    const { start, output } = createProgram({
      files: { "./moving.lua": "coroutine.yield(); print(pcall(require, ...)); return 'moved'" },
    });
    start("co = coroutine.create(function() return require('moving') end); coroutine.resume(co)");
    start("print(coroutine.resume(co))");
    expect(output()).toBe(lines(`false\t${loopOf("moving")}`, "true\tmoved"));
  });

  test("a module asked for by a function that it calls by name", async () => {
    const { start, output } = createProgram({
      dialect: "openresty",
      files: {
        "./caller.lua": "print(pcall(require('flow').call, 'callee')) return 'caller'",
        "./callee.lua": "return function() return select(2, pcall(require, 'caller')) end",
      },
    });
    const { outcome } = start(requireIt, "caller");
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome()).toEqual(["ended", "caller"]);
    expect(output()).toBe(lines(`true\t${loopOf("caller")}`));
  });
});

describe("a task that is stopped while it loads a module", () => {
  test("leaves it to those who wait", async () => {
    const { start, wake, output } = createProgram({ files: FILES });
    const loading = start(requireIt, "slow");
    const asking = [start(requireIt, "slow"), start(requireIt, "slow")];
    loading.task.stop(stopped("time", "too late", []));
    await Promise.resolve();
    expect(loading.outcome()).toEqual(["failed", "too late"]);
    await wake("slow", "value");
    expect(asking.map(({ outcome }) => outcome())).toEqual([
      ["ended", "value!"],
      ["ended", "value!"],
    ]);
    expect(output()).toBe("loading\tslow\nloading\tslow\n");
  });

  test("lets it be loaded again", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const { task } = start("return coroutine.wrap(require)(...)", "slow");
    task.stop(stopped("time", "too late", []));
    const { outcome } = start(requireIt, "slow");
    await wake("slow", "value");
    expect(outcome()).toEqual(["ended", "value!"]);
  });

  test("no longer waits for another's load", async () => {
    const { start, wake } = createProgram({ files: FILES });
    const loading = start(requireIt, "slow");
    const asking = start(requireIt, "slow");
    asking.task.stop(stopped("time", "too late", []));
    await wake("slow", "value");
    expect(loading.outcome()).toEqual(["ended", "value!"]);
    expect(asking.outcome()).toEqual(["failed", "too late"]);
  });
});

test("where the running code can't wait, it is an error to have to", () => {
  const { state, start } = createProgram({ files: FILES });
  start(requireIt, "slow");
  const { outcome } = start(`
    return pcall(table.sort, {1, 2}, function() return require("slow") end)
  `);
  expect(outcome()).toEqual(["ended", false, "attempt to yield across C-call boundary"]);
  const main = state.load("return pcall(require, 'slow')", "=main");
  expect(state.call(main)).toEqual([false, "attempt to yield across C-call boundary"]);
});
