/**
 * What opens each library, by a name of its own (`openerName`), so that a bundle has only those that it names. Values that
 * are calls would be in every bundle: all of these are functions.
 */
import { setTypeMetatable } from "./core/metatable.ts";
import type { LuaState } from "./core/state.ts";
import { LuaTable } from "./core/table.ts";
import type { LuaFunction } from "./core/value.ts";
import { ngxModule } from "./modules/common.lazy.ts";
import { bufferLibrary } from "./optional.lazy.ts";
import { openBit } from "./stdlib/bit.ts";
import { openCoroutine } from "./stdlib/coroutine.ts";
import { openDebug } from "./stdlib/debug.ts";
import { openIo } from "./stdlib/io/index.ts";
import { openJit, openJitUtil } from "./stdlib/jit/index.ts";
import { libraryTable } from "./stdlib/library.ts";
import { openMath } from "./stdlib/math.ts";
import { openOs } from "./stdlib/os.ts";
import { stringLibrary } from "./stdlib/string/index.ts";
import { openTable } from "./stdlib/table.ts";
import {
  clearTable,
  cloneTable,
  countKeys,
  isArray,
  isEmpty,
  newTable,
} from "./stdlib/table/modules.ts";

export const coroutine = (state: LuaState) => openCoroutine(state);
export const table = (state: LuaState) => openTable(state);
export const io = (state: LuaState) => openIo(state);
export const os = () => openOs();
export const math = () => openMath();
export const debug = (state: LuaState) => openDebug(state);
export const bit = () => openBit();
export const jit = (state: LuaState) => openJit(state);
export const ngx = (state: LuaState) => ngxModule().openNgx(state);

/** Strings share one metatable, so that `s:upper()` works (manual 5.4). */
export function string(state: LuaState): LuaTable {
  const library = libraryTable(stringLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", library);
  setTypeMetatable("string", metatable, state);
  return library;
}

export const stringBuffer = (state: LuaState) => bufferLibrary().openBuffer(state);
export const jitUtil = () => openJitUtil();

/** LuaJIT's functions on tables become fields of the library, too, once they are required. */
export const tableNew = (state: LuaState) => addToTable(state, "new", newTable);
export const tableClear = (state: LuaState) => addToTable(state, "clear", clearTable);

export const tableClone = () => cloneTable;
export const tableIsarray = () => isArray;
export const tableIsempty = () => isEmpty;
export const tableNkeys = () => countKeys;

function addToTable({ globals }: LuaState, name: string, builtin: LuaFunction): LuaFunction {
  const library = globals.getString("table");
  if (library instanceof LuaTable) library.setString(name, builtin);
  return builtin;
}
