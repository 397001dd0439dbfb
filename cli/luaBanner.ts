/** The line that says which Lua this is, in the form that programs look for in what `lua -v` prints. */
import type { DialectName } from "../runtime/index.ts";
import { spacerVersion } from "./installation.ts";

const LANGUAGES: Readonly<Record<string, string>> = {
  luajit: "Lua 5.1 as in LuaJIT 2.1",
  openresty: "Lua 5.1 as in LuaJIT 2.1 with 5.2 compatibility",
  "5.1": "Lua 5.1",
};

export function luaBanner(dialect: DialectName): string {
  const language = LANGUAGES[dialect] ?? dialect;
  return `spacer ${spacerVersion()} -- ${language} -- Copyright (C) 2026 The spacer authors`;
}
