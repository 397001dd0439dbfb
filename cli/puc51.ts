/** Where PUC Lua's own `lua` behaves differently from LuaJIT's. */
import type { LuaState } from "../runtime/index.ts";

/** Whether a program is run as `lua5.1` would. */
export function isPuc51({ dialect }: Pick<LuaState, "dialect">): boolean {
  const name: string = dialect;
  return name === "5.1";
}
