/** The dictionaries of a project, as its settings declare them: what is in them outlives changes of the settings. */
import { MemoryDict } from "./memoryDict.ts";

/** How large each may get, in bytes, by its name. */
export type DictSizes = ReadonlyMap<string, number>;

export class DictSet {
  private readonly dicts = new Map<string, MemoryDict>();
  private readonly nowMs: () => number;

  /** @param nowMs Tells the time by which entries expire. */
  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  get(name: string): MemoryDict | undefined {
    return this.dicts.get(name);
  }

  /** All there are, by name. */
  get all(): ReadonlyMap<string, MemoryDict> {
    return this.dicts;
  }

  /** Makes those that are not there yet. Others stay as they are, whatever their size. */
  add(sizes: DictSizes): void {
    for (const [name, sizeBytes] of sizes) {
      if (!this.dicts.has(name)) this.dicts.set(name, new MemoryDict(sizeBytes, this.nowMs));
    }
  }

  /** Gives each its size. One that shrinks keeps what was used last. */
  resize(sizes: DictSizes): void {
    for (const [name, sizeBytes] of sizes) this.dicts.get(name)?.resize(sizeBytes);
  }

  /** Removes all others, with what is in them. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.dicts.keys()) if (!names.has(name)) this.dicts.delete(name);
  }

  /** What the settings declare, and nothing else. @returns Those that are there now; does not change later on. */
  configure(sizes: DictSizes): ReadonlyMap<string, MemoryDict> {
    this.keep(new Set(sizes.keys()));
    this.add(sizes);
    this.resize(sizes);
    return new Map(this.dicts);
  }
}
