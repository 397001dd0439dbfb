/** Opens the libraries of a new state, as LuaJIT does before a program starts (manual 5). */
import { setTypeMetatable } from "./core/metatable.ts";
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
import { openJit, openJitUtil } from "./stdlib/jit/index.ts";
import { defineBuiltin, libraryTable } from "./stdlib/library.ts";
import { openMath } from "./stdlib/math.ts";
import { openOs } from "./stdlib/os.ts";
import { openPackage } from "./stdlib/package.ts";
import { adaptToPuc51 } from "./stdlib/puc51/index.ts";
import { stringLibrary } from "./stdlib/string/index.ts";
import { openTable } from "./stdlib/table.ts";
import { openrestyTableModules, tableModules } from "./stdlib/table/modules.ts";

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
    jit: openJit(state),
    ...(state.dialect === "openresty" ? { ngx: openNgx(state) } : {}),
  };
  for (const [name, library] of Object.entries(libraries)) {
    state.globals.setString(name, library);
    state.loaded.setString(name, library);
  }
  if (state.isPuc51) {
    adaptToPuc51(state);
    return;
  }
  const preload = packageTable.getString("preload");
  if (preload instanceof LuaTable) {
    preload.setString(
      "string.buffer",
      loaderOf(() => openBuffer(state)),
    );
    preload.setString("jit.util", loaderOf(openJitUtil));
    preloadTableModules(state, preload);
  }
}

function preloadTableModules({ dialect, globals }: LuaState, preload: LuaTable): void {
  const library = globals.getString("table");
  for (const [name, builtin] of Object.entries(tableModules)) {
    const load = () => {
      if (library instanceof LuaTable) library.setString(name, builtin);
      return builtin;
    };
    preload.setString(`table.${name}`, loaderOf(load));
  }
  if (dialect !== "openresty") return;
  for (const [name, builtin] of Object.entries(openrestyTableModules)) {
    preload.setString(
      `table.${name}`,
      loaderOf(() => builtin),
    );
  }
}

/** Strings share one metatable, so that `s:upper()` works (manual 5.4). */
function openString(state: LuaState): LuaTable {
  const library = libraryTable(stringLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", library);
  setTypeMetatable("string", metatable, state);
  return library;
}

function loaderOf(load: () => LuaValue): LuaFunction {
  return defineBuiltin("loader", load);
}
