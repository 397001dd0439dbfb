/**
 * The dictionaries in `ngx.shared` of a project. All states of a project in this process have the same, also those
 * that a reload makes; one whose size is changed in the settings begins anew.
 */
import { MemoryDict } from "../runtime/index.ts";
import type { ProjectConfig } from "./config.ts";

/** By the root of the project and the name. Module state, because that is what sharing in a process means. */
const opened = new Map<string, Map<string, MemoryDict>>();

export function sharedDictsOf(
  root: string,
  { sharedDicts }: Pick<ProjectConfig, "sharedDicts">,
): ReadonlyMap<string, MemoryDict> {
  const known = opened.get(root);
  const dicts = new Map(
    [...sharedDicts].map(([name, sizeBytes]) => {
      const dict = known?.get(name);
      const isSame = dict?.capacityBytes === sizeBytes;
      return [name, isSame ? dict : new MemoryDict(sizeBytes, () => Date.now())] as const;
    }),
  );
  if (dicts.size > 0) opened.set(root, dicts);
  else opened.delete(root);
  return dicts;
}
