/** Opens the libraries of a new state, as LuaJIT does before a program starts (manual 5). */
import type { LuaState } from "./core/state.ts";
import { LuaTable } from "./core/table.ts";
import type { LuaFunction, LuaValue } from "./core/value.ts";
import { findBuiltinModule } from "./modules/index.ts";
import { openNgx } from "./modules/ngx/index.ts";
import { openBase } from "./stdlib/base/index.ts";
import { openBit } from "./stdlib/bit.ts";
import { openBuffer } from "./stdlib/buffer/index.ts";
import { openCoroutine } from "./stdlib/coroutine.ts";
import { openDebug } from "./stdlib/debug.ts";
import { openIo } from "./stdlib/io/index.ts";
import { defineBuiltin, libraryTable } from "./stdlib/library.ts";
import { openMath } from "./stdlib/math.ts";
import { openOs } from "./stdlib/os.ts";
import { openPackage } from "./stdlib/package.ts";
import { adaptToPuc51 } from "./stdlib/puc51/index.ts";
import { stringLibrary } from "./stdlib/string/index.ts";
import { clearTable, newTable, openTable } from "./stdlib/table.ts";

/** Runs inside the state (LuaState.enter). */
export function openLibraries(state: LuaState): void {
  state.loaded.setString("_G", openBase(state));
  const packageTable = openPackage(state, findBuiltinModule);
  const libraries: Readonly<Record<string, LuaTable>> = {
    package: packageTable,
    coroutine: openCoroutine(state),
    table: openTable(state),
    io: openIo(state),
    os: openOs(),
    string: openString(state),
    math: openMath(),
    debug: openDebug(state),
    bit: openBit(),
    ...(state.dialect === "openresty" ? { ngx: openNgx(state) } : {}),
  };
  for (const [name, library] of Object.entries(libraries)) {
    state.globals.setString(name, library);
    state.loaded.setString(name, library);
  }
  const preload = packageTable.getString("preload");
  if (preload instanceof LuaTable) {
    preload.setString("table.new", loaderOf(newTable));
    preload.setString("table.clear", loaderOf(clearTable));
    preload.setString(
      "string.buffer",
      defineBuiltin("loader", () => openBuffer(state)),
    );
  }
  if (state.isPuc51) adaptToPuc51(state);
}

/** Strings share one metatable, so that `s:upper()` works (manual 5.4). */
function openString(state: LuaState): LuaTable {
  const library = libraryTable(stringLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", library);
  state.typeMetatables.string = metatable;
  return library;
}

function loaderOf(value: LuaValue): LuaFunction {
  return defineBuiltin("loader", () => value);
}
