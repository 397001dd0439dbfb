/** `ngx.log`. */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { position } from "../../../core/error.ts";
import { metamethod, typeOf } from "../../../core/metatable.ts";
import { captureStack } from "../../../core/stack.ts";
import { plainText, toText } from "../../../core/toText.ts";
import { calledName } from "../../../core/traceback.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue } from "../../../core/value.ts";
import { logLevel, writeLog } from "../../../functions/index.ts";
import { JSON_NULL } from "../../../json/index.ts";
import { argumentError, checkNumber } from "../../../stdlib/arguments.ts";
import { defineLibrary } from "../../../stdlib/library.ts";
import { otherContext } from "./running.ts";

export const logLibrary = defineLibrary("ngx", {
  /**
   * Writes a line to the log (standard error), with the time, the level, the position of the call, the
   * name of the function and the id of the trace. Levels are `ngx.ERR`, `ngx.WARN`, ...; in production
   * `ngx.INFO` and `ngx.DEBUG` are left out, unless the setting `logLevel` says otherwise.
   *
   * @signature (level, ...)
   * @throws LuaError "bad argument #1 to 'log' (bad log level: 9)"
   */
  log: (levelNumber, ...values) => {
    const number = checkNumber(levelNumber, 1);
    const level = logLevel(number) ?? argumentError(1, `bad log level: ${plainText(number)}`);
    const text = values.map((value, place) => textOf(value, place + 1)).join("");
    const { state, invocation } = current;
    writeLog(state, {
      level,
      text: placeOfCaller() + text,
      invocation,
      context: otherContext(),
    });
    return NONE;
  },
});

/** "app/orders.lua:12: load(): " */
function placeOfCaller(): string {
  const [, caller, outer] = captureStack(3);
  const [kind, name] = (caller?.kind === "lua" ? calledName(outer) : undefined) ?? [];
  const isNamed = name !== undefined && kind !== "metamethod";
  return position(caller) + (isNamed ? `${name}(): ` : "");
}

function textOf(value: LuaValue, argument: number): string {
  if (value === JSON_NULL) return "null";
  if (value instanceof LuaTable) {
    if (metamethod(value, "__tostring") !== undefined) return toText(value);
    return argumentError(argument, "expected table to have __tostring metamethod");
  }
  if (typeof value === "object" || typeof value === "function") {
    return argumentError(
      argument,
      `string, number, boolean, or nil expected, got ${typeOf(value)}`,
    );
  }
  return plainText(value);
}
