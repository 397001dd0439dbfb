/** All that a program can have, by its dialect. */
import type { DialectName } from "./core/state.ts";
import * as library from "./libraryOpeners.ts";
import type { LibrarySet } from "./librarySet.ts";
import { moduleOpeners } from "./modules/index.ts";
import { puc51Libraries } from "./optional.lazy.ts";

export function allLibraries(dialect: DialectName): LibrarySet {
  return {
    globals: dialect === "openresty" ? openrestyGlobals : globals,
    preloaded: dialect === "5.1" ? {} : dialect === "luajit" ? preloaded : openrestyPreloaded,
    modules: moduleOpeners,
    adapt: dialect === "5.1" ? puc51Libraries().adaptToPuc51 : undefined,
  };
}

const { coroutine, table, io, os, string, math, debug, bit, jit, ngx } = library;

const globals: LibrarySet["globals"] = {
  coroutine,
  table,
  io,
  os,
  string,
  math,
  debug,
  bit,
  jit,
};

const openrestyGlobals: LibrarySet["globals"] = { ...globals, ngx };

const preloaded: LibrarySet["preloaded"] = {
  "string.buffer": library.stringBuffer,
  "jit.util": library.jitUtil,
  "table.new": library.tableNew,
  "table.clear": library.tableClear,
};

const openrestyPreloaded: LibrarySet["preloaded"] = {
  ...preloaded,
  "table.clone": library.tableClone,
  "table.isarray": library.tableIsarray,
  "table.isempty": library.tableIsempty,
  "table.nkeys": library.tableNkeys,
};
