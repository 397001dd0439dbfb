/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { call as callValue, tailCall } from "../../core/call.ts";
import { fault, LuaError, raise } from "../../core/error.ts";
import { LuaTable } from "../../core/table.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { pcall, xpcall } from "./errors.ts";
import { allResults, createTestState } from "./state.testkit.ts";

const { call, protect, run, state } = createTestState();

const raiseIt: LuaFunction = (value) => raise(value);
const heard: LuaFunction = (message) => `heard ${plainText(message)}`;

describe("error", () => {
  test("raises any value", () => {
    const value = new LuaTable();
    expect(call("error", value)).toEqual([false, value]);
    expect(call("error")).toEqual([false, undefined]);
    expect(call("error", true, 2)).toEqual([false, true]);
  });

  test("adds no position where no Lua function called it, but makes a number text", () => {
    expect(call("error", "x")).toEqual([false, "x"]);
    expect(call("error", "x", 50)).toEqual([false, "x"]);
    expect(call("error", "x", -1)).toEqual([false, "x"]);
    expect(call("error", 12)).toEqual([false, "12"]);
    expect(call("error", 12, 0)).toEqual([false, 12]);
    expect(call("error", "x", "a")).toEqual([
      false,
      "bad argument #2 to '?' (number expected, got string)",
    ]);
  });
});

test("assert", () => {
  const value = new LuaTable();
  expect(call("assert", 1, undefined, 3)).toEqual([true, 1, undefined, 3]);
  expect(call("assert", true)).toEqual([true, true]);
  expect(call("assert", false)).toEqual([false, "assertion failed!"]);
  expect(call("assert", undefined, "message")).toEqual([false, "message"]);
  expect(call("assert", false, 12)).toEqual([false, "12"]);
  expect(call("assert", false, value)).toEqual([false, value]);
  expect(call("assert", false, undefined)).toEqual([false, undefined]);
  expect(call("assert")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
});

describe("pcall", () => {
  test("gives true and all results, or false and the error value", () => {
    const callable = new LuaTable();
    callable.metatable = new LuaTable();
    callable.metatable.setString("__call", (self: LuaValue, value: LuaValue) => [self, value]);
    expect(call("pcall", () => [])).toEqual([true, true]);
    expect(call("pcall", (...values) => values, 1, undefined)).toEqual([true, true, 1, undefined]);
    expect(call("pcall", () => tailCall(() => ["a", "b"], []))).toEqual([true, true, "a", "b"]);
    expect(call("pcall", callable, 7)).toEqual([true, true, callable, 7]);
    expect(call("pcall", raiseIt, "e")).toEqual([true, false, "e"]);
    expect(call("pcall", undefined)).toEqual([true, false, "attempt to call a nil value"]);
    expect(call("pcall")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
  });

  test("passes on what is not Lua's doing", () => {
    const bug = (): never => {
      throw new TypeError("a bug of ours");
    };
    expect(() => run(pcall, bug)).toThrow(TypeError);
    expect(state.messageHandler).toBeUndefined();
  });

  test("catches the end of the stack", () => {
    const endless: LuaFunction = () => [callValue(endless), 1] as LuaValue[];
    expect(protect(endless)).toEqual([false, "stack overflow"]);
  });

  test("hides the message handler of an outer xpcall", () => {
    let handled = 0;
    const handler: LuaFunction = (message) => {
      handled++;
      return message;
    };
    const body: LuaFunction = () => {
      expect(allResults(pcall(raiseIt, "inner"))).toEqual([false, "inner"]);
      return raise("outer");
    };
    expect(run(xpcall, body, handler)).toEqual([false, "outer"]);
    expect(handled).toBe(1);
  });
});

describe("xpcall", () => {
  test("passes arguments and results through", () => {
    expect(call("xpcall", (...values) => values, heard, 1, 2, 3)).toEqual([true, true, 1, 2, 3]);
  });

  test("gives the first result of the handler", () => {
    expect(call("xpcall", raiseIt, heard, "x")).toEqual([true, false, "heard x"]);
    expect(call("xpcall", raiseIt, () => ["a", "b"], "x")).toEqual([true, false, "a"]);
    expect(call("xpcall", raiseIt, () => [], "x")).toEqual([true, false, undefined]);
    expect(call("xpcall", 1, heard)).toEqual([true, false, "heard attempt to call a number value"]);
  });

  test("runs the handler before anything unwinds", () => {
    const order: string[] = [];
    const body: LuaFunction = () => {
      try {
        return raise("x");
      } finally {
        order.push("unwound");
      }
    };
    const handler: LuaFunction = () => {
      order.push("handled");
      return undefined;
    };
    run(xpcall, body, handler);
    expect(order).toEqual(["handled", "unwound"]);
  });

  test("checks its arguments", () => {
    expect(call("xpcall")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
    expect(call("xpcall", undefined)).toEqual([
      false,
      "bad argument #2 to '?' (function expected, got no value)",
    ]);
    expect(call("xpcall", raiseIt, 1)).toEqual([
      false,
      "bad argument #2 to '?' (function expected, got number)",
    ]);
  });

  test("an error inside the handler", () => {
    const failing: LuaFunction = () => raise("again");
    const faulting: LuaFunction = () => fault.message("a fault");
    expect(call("xpcall", raiseIt, failing, "x")).toEqual([true, false, "error in error handling"]);
    expect(call("xpcall", raiseIt, faulting, "x")).toEqual([
      true,
      false,
      "error in error handling",
    ]);
  });

  test("inside a handler, pcall works and xpcall has no handler of its own", () => {
    const usingPcall: LuaFunction = (message) => {
      const [isFine, inner] = allResults(pcall(raiseIt, "b"));
      return `${plainText(message)} ${plainText(isFine)} ${plainText(inner)}`;
    };
    const usingXpcall: LuaFunction = (message) => {
      const [isFine, inner] = allResults(xpcall(raiseIt, heard, "b"));
      return `${plainText(message)} ${plainText(isFine)} ${plainText(inner)}`;
    };
    expect(call("xpcall", raiseIt, usingPcall, "a")).toEqual([true, false, "a false b"]);
    expect(call("xpcall", raiseIt, usingXpcall, "a")).toEqual([
      true,
      false,
      "a false error in error handling",
    ]);
    expect(call("xpcall", raiseIt, heard, "after")).toEqual([true, false, "heard after"]);
  });

  test("nested ones use the innermost handler", () => {
    const outer: LuaFunction = (message) => `outer ${plainText(message)}`;
    const body: LuaFunction = () => xpcall(raiseIt, heard, "x");
    expect(call("xpcall", body, outer)).toEqual([true, true, false, "heard x"]);
  });
});

test("an error that nobody catches has a traceback", () => {
  try {
    run(raiseIt, "uncaught");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LuaError);
    const { value, traceback } = thrown as LuaError;
    expect(value).toBe("uncaught");
    expect(traceback).toMatch(/^stack traceback:/);
  }
  expect.assertions(3);
});
