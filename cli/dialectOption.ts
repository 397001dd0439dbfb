/** The option that chooses the Lua of a program that is no project. */
import type { DialectName } from "../runtime/index.ts";
import type { OptionDefinition } from "./command.ts";

export const DIALECT_OPTION = {
  type: "string",
  placeholder: "DIALECT",
  description: "luajit (as by default) or openresty: LuaJIT with its Lua 5.2 compatibility",
  choices: ["luajit", "openresty"],
} as const satisfies OptionDefinition;

export function dialectOf(value: string | undefined): DialectName {
  return value === "openresty" ? "openresty" : "luajit";
}
