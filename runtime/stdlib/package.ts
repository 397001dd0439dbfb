/**
 * `require` and the table `package` (manual 5.3). The four loaders are LuaJIT's; the last one also knows
 * the modules that come with spacer, so that a library of the same name in a program's own folders wins.
 * Libraries written in C can't be loaded: their places are searched only to say so.
 */
import { NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { ownMetatable } from "../core/metatableRole.ts";
import type { ModuleSource } from "../core/modulesAhead.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { plainText } from "../core/toText.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import type { HostFiles } from "../host.ts";
import { callerError, checkString, checkTable, optionalString } from "./arguments.ts";
import { loadFile } from "./base/loading.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "./library.ts";
import { noteFile, requireModuleOnce } from "./package/moduleLoad.ts";

/** The loader of a module that comes with spacer; `undefined` for a name that is none. */
/** Gives a loader, or a text for the error when there is none. */
export type FindBuiltinModule = (state: LuaState, name: string) => LuaFunction | string | undefined;

/** The folder of the program, and where libraries for Lua 5.1 are installed (Lua's `luaconf.h`). */
const DEFAULT_PATH =
  "./?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;" +
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua";
const DEFAULT_CPATH = "./?.so;/usr/local/lib/lua/5.1/?.so;/usr/local/lib/lua/5.1/loadall.so";

/** Folder separator, template separator, mark for the name, and two marks that only C needs. */
const CONFIG = "/\n;\n?\n!\n-\n";

const packages = new WeakMap<LuaState, LuaTable>();

/** Opens the table `package` of a state and the global `require`. */
export function openPackage(state: LuaState, findBuiltinModule: FindBuiltinModule): LuaTable {
  const { process } = state.host;
  const table = libraryTable(packageLibrary, {
    loaded: state.loaded,
    preload: new LuaTable(),
    loaders: new LuaTable(undefined, [
      preloadLoader,
      luaLoader,
      cLoader,
      cRootLoader(findBuiltinModule),
    ]),
    path: withDefault(process.environmentVariable("LUA_PATH"), DEFAULT_PATH),
    cpath: withDefault(process.environmentVariable("LUA_CPATH"), DEFAULT_CPATH),
    config: CONFIG,
  });
  packages.set(state, table);
  state.moduleSource = (name) => moduleSource(table, state.host.files, name);
  state.globals.setString("require", requireModule);
  return table;
}

/**
 * The value of a module, which is loaded the first time it is asked for. Who asks while it is being
 * loaded waits.
 *
 * @manual 5.3
 * @throws LuaError "module 'x' not found:...", "loop or previous error loading module 'x'"
 */
export const requireModule = defineBuiltin("require", (nameValue) =>
  requireModuleOnce(checkString(nameValue, 1), findLoaders),
);

const packageLibrary = defineLibrary("package", {
  /** Would load a C library. @manual 5.3 */
  loadlib: (path, functionName) => {
    const library = checkString(path, 1);
    checkString(functionName, 2);
    return [undefined, `${library}: C libraries can't be loaded`, "absent"];
  },

  /**
   * The first file that exists among the templates of a path; else nil and a line for each.
   * Of Lua 5.2.
   */
  searchpath: (name, pathValue, separator, replacement) => {
    // C leaves the order open in which they are checked; compiled for x86 it begins with the last.
    const separatorReplacement = optionalString(replacement, 4, "/");
    const nameSeparator = optionalString(separator, 3, ".");
    const path = checkString(pathValue, 2);
    const found = searchPath(checkString(name, 1), path, nameSeparator, separatorReplacement);
    return found.file ?? [undefined, found.tried];
  },

  /** Lets a module see the global variables. @manual 5.3 */
  seeall: (module) => {
    const table = checkTable(module, 1);
    const metatable = ownMetatable(table) ?? new LuaTable();
    table.metatable = metatable;
    metatable.setString("__index", current.state.globals);
    return NONE;
  },
});

function findLoaders(): LuaTable {
  const loaders = packages.get(current.state)?.getString("loaders");
  return loaders instanceof LuaTable ? loaders : callerError("'package.loaders' must be a table");
}

const preloadLoader = defineBuiltin("package.preload", (nameValue) => {
  const name = checkString(nameValue, 1);
  const preload = packages.get(current.state)?.getString("preload");
  if (!(preload instanceof LuaTable)) return callerError("'package.preload' must be a table");
  return preload.getString(name) ?? `\n\tno field package.preload['${name}']`;
});

const luaLoader = defineBuiltin("package.path", (nameValue) => {
  const name = checkString(nameValue, 1);
  const { file, tried } = searchPath(name, templates("path"), ".", "/");
  if (file === undefined) return tried;
  const loaded = loadFile(file, "bt", undefined, current.generation.files);
  if (typeof loaded === "function") return loaded;
  const message = plainText(loaded[1]);
  return callerError(`error loading module '${name}' from file '${file}':\n\t${message}`);
});

const cLoader = defineBuiltin("package.cpath", (nameValue) => {
  const name = checkString(nameValue, 1);
  return describeCLibraries(name);
});

/** For `a.b.c`, C code may be in the library of `a`; then, the module may be one of ours. */
function cRootLoader(findBuiltinModule: FindBuiltinModule): LuaFunction {
  return defineBuiltin("package.root", (nameValue) => {
    const name = checkString(nameValue, 1);
    const builtin = findBuiltinModule(current.state, name);
    if (builtin !== undefined) return builtin;
    const dot = name.indexOf(".");
    return dot < 0 ? NONE : describeCLibraries(name.slice(0, dot));
  });
}

function describeCLibraries(name: string): string {
  const { file, tried } = searchPath(name, templates("cpath"), ".", "/");
  return file === undefined ? tried : `\n\tC library '${file}' can't be loaded`;
}

function templates(field: "path" | "cpath"): string {
  const path: LuaValue = packages.get(current.state)?.getString(field);
  return typeof path === "string" || typeof path === "number"
    ? checkString(path, 1)
    : callerError(`'package.${field}' must be a string`);
}

/** What `require` would load, for those who want to know before it does. */
function moduleSource(table: LuaTable, files: HostFiles, name: string): ModuleSource | undefined {
  const [path, preload] = [table.getString("path"), table.getString("preload")];
  if (typeof path !== "string") return undefined;
  if (preload instanceof LuaTable && preload.getString(name) !== undefined) return undefined;
  for (const file of filesFor(
    name.replaceAll(".", () => "/"),
    path,
  )) {
    if (!files.exists(file)) continue;
    const source = files.read(file);
    return typeof source === "string" ? { source, chunkName: `@${file}` } : undefined;
  }
  return undefined;
}

function searchPath(
  name: string,
  path: string,
  separator: string,
  replacement: string,
): { file: string | undefined; tried: string } {
  const { files } = current.generation;
  const place = separator === "" ? name : name.replaceAll(separator, () => replacement);
  let tried = "";
  for (const file of filesFor(place, path)) {
    noteFile(file);
    if (files.exists(file)) return { file, tried };
    tried += `\n\tno file '${file}'`;
  }
  return { file: undefined, tried };
}

function filesFor(place: string, path: string): string[] {
  const templates = path.split(";").filter((template) => template !== "");
  return templates.map((template) => template.replaceAll("?", () => place));
}

/** In `LUA_PATH` and `LUA_CPATH`, an empty template stands for the default path (manual 5.3). */
function withDefault(path: string | undefined, standard: string): string {
  return path === undefined ? standard : path.replaceAll(";;", () => `;${standard};`);
}
