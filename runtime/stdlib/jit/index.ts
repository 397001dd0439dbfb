/**
 * LuaJIT's table `jit`: programs ask it where they run, and switch its compiler on and off. V8 has a
 * compiler of its own, that takes no orders from here.
 */
import { NONE } from "../../core/call.ts";
import type { LuaState } from "../../core/state.ts";
import { BUILTIN_PREFIX, captureStack } from "../../core/stack.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import {
  checkFunction,
  checkOption,
  checkString,
  optionalString,
  typeError,
} from "../arguments.ts";
import { defineLibrary, libraryTable } from "../library.ts";
import { applyOption, currentEngine, flagsOf, resetFlags } from "./engine.ts";
import { jitUtilLibrary } from "./util.ts";

/** The version of LuaJIT whose language this is. */
const VERSION = "LuaJIT 2.1.0-beta3";
const VERSION_NUMBER = 20100;

/** Opens the table `jit`, and the module `jit.opt`. */
export function openJit(state: LuaState): LuaTable {
  const options = libraryTable(optionsLibrary);
  const { os, arch } = state.host.process.system ?? { os: "Other", arch: "x64" };
  const table = libraryTable(jitLibrary, {
    os,
    arch,
    version: VERSION,
    version_num: VERSION_NUMBER,
    opt: options,
  });
  state.loaded.setString("jit.opt", options);
  return table;
}

/** What `require "jit.util"` gives. */
export function openJitUtil(): LuaTable {
  return libraryTable(jitUtilLibrary);
}

export const jitLibrary = defineLibrary("jit", {
  /**
   * Says that the compiler is on; for a function, or the one that calls (true), nothing is noted.
   *
   * @signature ([function|true [, recursive]])
   */
  on: (...values) => {
    if (checkTarget(values) === "engine") currentEngine().isOn = true;
    return NONE;
  },

  /** Says that it is off; as `on`. @signature ([function|true [, recursive]]) */
  off: (...values) => {
    if (checkTarget(values) === "engine") currentEngine().isOn = false;
    return NONE;
  },

  /** Would forget what was compiled. @signature ([function|true|trace [, recursive]]) */
  flush: (...values) => {
    if (typeof values[0] !== "number") checkTarget(values);
    return NONE;
  },

  /** Whether the compiler is on, and the names of what it was told to do. */
  status: () => {
    const engine = currentEngine();
    return [engine.isOn, ...flagsOf(engine)];
  },

  /** Would call a function with events of the compiler: there are none. @signature (function [, event]) */
  attach: (callback, event) => {
    checkFunction(callback, 1);
    optionalString(event, 2, "");
    return NONE;
  },

  /** How safe a part is against attacks, as a number; the same as of LuaJIT. */
  security: (part) => {
    checkOption(part, 1, ["prng", "strhash", "strid", "mcode"]);
    return 1;
  },
});

const optionsLibrary = defineLibrary("jit.opt", {
  /**
   * Notes what the compiler is to do; without arguments all.
   *
   * @signature (...)
   * @throws LuaError "unknown or malformed optimization flag 'x'"
   */
  start: (...values): Results => {
    const engine = currentEngine();
    if (values.length === 0) resetFlags(engine);
    values.forEach((value, index) => {
      applyOption(engine, checkString(value, index + 1));
    });
    return NONE;
  },
});

/** What `on`, `off` and `flush` are about: all that runs, or functions. */
function checkTarget([target]: readonly LuaValue[]): "engine" | "functions" {
  if (target === undefined) return "engine";
  const isLua =
    typeof target === "function"
      ? !target.name.startsWith(BUILTIN_PREFIX)
      : target === true && captureStack(2)[1]?.kind === "lua";
  return isLua ? "functions" : typeError(target, 1, "function");
}
