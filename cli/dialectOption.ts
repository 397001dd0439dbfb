/** The option that chooses the Lua of a program that is no project. */
import type { DialectName } from "../runtime/index.ts";
import type { OptionDefinition } from "./command.ts";

export const DIALECT_OPTION = {
  type: "string",
  placeholder: "DIALECT",
  description:
    "luajit (as by default), openresty (LuaJIT with its Lua 5.2 compatibility) or 5.1 (PUC Lua)",
  choices: ["luajit", "openresty", "5.1"],
} as const satisfies OptionDefinition;

export function dialectOf(value: string | undefined): DialectName {
  return DIALECT_OPTION.choices.find((choice) => choice === value) ?? "luajit";
}
