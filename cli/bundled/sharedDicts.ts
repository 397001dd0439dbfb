/** The dictionaries of a bundle without a server: in memory, one set for each state. */
import { provideSharedDicts, type LuaState } from "../../runtime/index.ts";
import { DictSet } from "../../runtime/sharedDicts/index.ts";

type DictSettings = Parameters<DictSet["configure"]>[0];

export function sharedDictsOf(settings: DictSettings): (state: LuaState) => void {
  return (state) => provideSharedDicts(state, new DictSet(() => Date.now()).configure(settings));
}
