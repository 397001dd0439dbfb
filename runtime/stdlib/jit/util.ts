/**
 * `jit.util`: what LuaJIT's own tools look at. Of functions there is what `debug.getinfo` knows; there are
 * neither bytecodes nor traces.
 */
import { NONE } from "../../core/call.ts";
import { LuaTable } from "../../core/table.ts";
import { addressOf } from "../../core/toText.ts";
import type { LuaFunction } from "../../core/value.ts";
import { checkFunction, checkInteger, typeError } from "../arguments.ts";
import { describeFunction } from "../debug/functionInfo.ts";
import { defineLibrary } from "../library.ts";

export const jitUtilLibrary = defineLibrary("jit.util", {
  /** A table that describes a function: lines, parameters and source; of builtins an address. @signature (function) */
  funcinfo: (value) => {
    const callee = checkFunction(value, 1);
    const info = describeFunction(callee);
    const table = new LuaTable();
    if (info.what === "C") {
      table.setString("addr", Number(addressOf(callee)));
      table.setString("upvalues", 0);
      return table;
    }
    table.setString("linedefined", info.firstLine);
    table.setString("lastlinedefined", Math.max(info.lastLine, info.firstLine));
    table.setString("currentline", info.firstLine);
    table.setString("params", info.parameterCount);
    table.setString("isvararg", info.isVararg);
    table.setString("source", info.source);
    table.setString("loc", `${info.shortSource}:${String(info.firstLine)}`);
    return table;
  },

  /** Would give an instruction: none. @signature (function, index) */
  funcbc: (value, index) => nothingOf(checkLuaFunction(value), index),

  /** Would give a constant: none. @signature (function, index) */
  funck: (value, index) => nothingOf(checkLuaFunction(value), index),

  /** Would give the name of an upvalue: none. @signature (function, index) */
  funcuvname: (value, index) => nothingOf(checkLuaFunction(value), index),

  /** Would describe a trace: none. @signature (trace) */
  traceinfo: (trace) => nothingOf(trace, trace),

  /** Would give an instruction of a trace: none. @signature (trace, index) */
  traceir: (trace, index) => nothingOf(checkInteger(trace, 1), index),

  /** Would give a constant of a trace: none. @signature (trace, index) */
  tracek: (trace, index) => nothingOf(checkInteger(trace, 1), index),

  /** Would give a snapshot of a trace: none. @signature (trace, index) */
  tracesnap: (trace, index) => nothingOf(checkInteger(trace, 1), index),

  /** Would give the machine code of a trace: none. @signature (trace) */
  tracemc: (trace) => nothingOf(trace, trace),

  /** Would give an address of machine code: none. @signature (exit) */
  traceexitstub: (exit) => nothingOf(exit, exit),

  /** Would give an address of machine code: none. @signature (index) */
  ircalladdr: (index) => nothingOf(index, index),
});

/** There is nothing to be found. @param index Of what is asked for; it must be a number. */
function nothingOf(first: unknown, index: Parameters<LuaFunction>[0]): readonly [] {
  checkInteger(index, first === index ? 1 : 2);
  return NONE as readonly [];
}

function checkLuaFunction(value: Parameters<LuaFunction>[0]): LuaFunction {
  const callee = checkFunction(value, 1);
  return describeFunction(callee).what === "C" ? typeError(value, 1, "function") : callee;
}
