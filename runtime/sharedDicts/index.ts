/** The door of the shared dictionaries, which know nothing of Lua: whoever keeps them loads neither it nor anything else. */
export { DictError, type DictReply, type DictRequest, type DictValue } from "./dict.ts";
export type { DictCommand, SharedDict } from "./dict.ts";
export { DictSet, type DictSizes } from "./dictSet.ts";
export type { MemoryDict } from "./memoryDict.ts";
