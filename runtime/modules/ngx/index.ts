/**
 * The module `ngx`: of OpenResty's, what waits and what belongs to it, and for functions that answer requests
 * the request and the reply. Programs for OpenResty find it in a global, too.
 */
import { NONE } from "../../core/call.ts";
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { JSON_NULL } from "../../json/index.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { ngxHttp } from "./http.lazy.ts";
import { ngxText } from "./text.lazy.ts";
import { addNotOffered, emptyLibrary } from "../notOffered.ts";
import { reLibrary } from "./re.ts";
import { ngxShared } from "./shared.lazy.ts";
import { threadLibrary } from "./threads.ts";
import { nowMs, sleep } from "./time.ts";
import { timerLibrary } from "./timers.ts";

const ngxLibrary = defineLibrary("ngx", {
  /**
   * Waits for some seconds, to the millisecond; others run meanwhile. With 0 they have a turn.
   *
   * @signature (seconds)
   * @throws LuaError 'invalid sleep duration "-1000"'
   */
  sleep: (...values) => sleep(values),

  /** Seconds since the epoch, with milliseconds. */
  now: () => nowMs() / 1000,

  /** Whole seconds since the epoch. */
  time: () => Math.floor(nowMs() / 1000),

  /** For the sake of programs written for OpenResty; the time is never an old one. */
  update_time: () => NONE,
});

/** What functions of OpenResty return. */
const CODES = { OK: 0, ERROR: -1, AGAIN: -2, DONE: -4, DECLINED: -5 };

/** Makes the module's table. */
export function openNgx(state: LuaState): LuaTable {
  const { httpFunctions, httpMetatable, httpValues } = ngxHttp();
  const functions = {
    ...ngxLibrary.functions,
    ...ngxText().textLibrary.functions,
    ...httpFunctions,
  };
  const socket = emptyLibrary();
  const ngx = libraryTable(
    { functions },
    {
      ...CODES,
      ...httpValues(),
      null: JSON_NULL,
      re: libraryTable(reLibrary),
      shared: ngxShared().openShared(state),
      socket,
      thread: libraryTable(threadLibrary),
      timer: libraryTable(timerLibrary),
    },
  );
  addNotOffered(ngx, new Map([["socket", socket]]));
  ngx.metatable = httpMetatable();
  return ngx;
}
