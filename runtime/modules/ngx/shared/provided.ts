/** The dictionaries of a state: made by the host, found in `ngx.shared`. */
import type { LuaState } from "../../../core/state.ts";
import type { SharedDict } from "../../../sharedDicts/index.ts";
import { ngxShared } from "../shared.lazy.ts";

/** Says which dictionaries a state has, by name. */
export function provideSharedDicts(state: LuaState, named: ReadonlyMap<string, SharedDict>): void {
  if (named.size > 0) ngxShared().fillShared(state, named);
}
