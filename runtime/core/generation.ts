/**
 * Generations: the modules of a state as those see them who began at the same time. A project that is
 * edited while it runs gets a new generation with each change, in which some modules are to be loaded
 * again; all others go on with what they have. Who began in an earlier generation keeps what every name
 * meant there.
 *
 * `package.loaded` is what the newest generation sees. When a generation is succeeded, it notes what the
 * names that change meant; so an older one finds a module in the first of its successors' notes that has
 * the name, its own included, else in `package.loaded`. Nothing refers to an older generation but those
 * who began in it.
 */
import type { HostFiles } from "../host.ts";
import type { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** What `require` looks at. Paths are spelled as in `package.path`. */
export type ModuleFiles = Pick<HostFiles, "read" | "exists">;

/** A module as it was loaded once, or was tried to be. */
export class LoadedModule {
  /** As it was required. */
  readonly name: string;
  /** The number of the generation that loaded it. */
  readonly generation: number;
  /** What it required while it was loaded, found or not. */
  readonly requires = new Set<string>();
  /** The files that it was looked for in, and that were read while it was loaded; they may not exist. */
  readonly files = new Set<string>();
  private readonly closers = new Set<(generation: Generation) => void>();
  /** An earlier try to load it, which still has something. */
  private readonly earlier: LoadedModule | undefined;
  private retired = false;

  constructor(name: string, generation: number, earlier?: LoadedModule) {
    this.name = name;
    this.generation = generation;
    this.earlier = earlier?.hasSomething === true ? earlier : undefined;
  }

  /** Whether there is something to give up. */
  private get hasSomething(): boolean {
    return this.closers.size > 0 || this.earlier?.hasSomething === true;
  }

  /** Whether new requests no longer see it. */
  get isRetired(): boolean {
    return this.retired;
  }

  /**
   * @param closer Gives up what belongs to the module, such as a timer; told who saw the module last.
   * @returns Takes it back.
   */
  onRetire(closer: (generation: Generation) => void): () => void {
    this.closers.add(closer);
    return () => {
      this.closers.delete(closer);
    };
  }

  retire(generation: Generation): void {
    this.retired = true;
    for (const closer of [...this.closers]) closer(generation);
    this.closers.clear();
    this.earlier?.retire(generation);
  }
}

/** What a name meant. */
interface Note {
  readonly value: LuaValue;
  /** How it was loaded, if that is known. */
  readonly module: LoadedModule | undefined;
}

/** What all generations of a state share. */
interface Shared {
  /** `package.loaded` */
  readonly loaded: LuaTable;
  /** By name, those of the newest generation. Empty when nobody is to reload them. */
  readonly modules: Map<string, LoadedModule>;
  readonly isReloadable: boolean;
}

export class Generation {
  readonly number: number;
  readonly files: ModuleFiles;
  private readonly shared: Shared;
  private next: Generation | undefined = undefined;
  /** What names meant that have changed since, and what was loaded since by those who began here. */
  private readonly notes = new Map<string, Note>();

  private constructor(shared: Shared, number: number, files: ModuleFiles) {
    this.shared = shared;
    this.number = number;
    this.files = files;
  }

  /** The first one of a state. @param isReloadable Whether there can be another one. */
  static first(loaded: LuaTable, files: ModuleFiles, isReloadable: boolean): Generation {
    return new Generation({ loaded, modules: new Map(), isReloadable }, 1, files);
  }

  /** What was noted of the loading of modules that the newest generation sees. */
  get modules(): ReadonlyMap<string, LoadedModule> {
    return this.shared.modules;
  }

  /** The value of a module; `undefined` when it is not loaded. */
  get(name: string): LuaValue {
    const { loaded } = this.shared;
    if (this.next === undefined) return loaded.getString(name);
    return this.recall(name)?.value;
  }

  /** How a module was loaded; `undefined` when it is not, or by nobody that is known. */
  moduleOf(name: string): LoadedModule | undefined {
    return this.next === undefined ? this.shared.modules.get(name) : this.recall(name)?.module;
  }

  /** Loading a module gave this value. */
  set(name: string, value: LuaValue): void {
    if (this.next === undefined) this.shared.loaded.setString(name, value);
    else this.notes.set(name, { value, module: this.notes.get(name)?.module });
  }

  /** Somebody who began here begins to load a module. */
  begin(name: string): LoadedModule {
    const { modules, isReloadable } = this.shared;
    const module = new LoadedModule(name, this.number, modules.get(name));
    if (this.next !== undefined) {
      module.retire(this);
      this.notes.set(name, { value: undefined, module });
    } else if (isReloadable) modules.set(name, module);
    return module;
  }

  /** There is no such module. That is only worth knowing when another one asked for it. */
  dropUnlessRequired(module: LoadedModule): void {
    const { modules } = this.shared;
    const { name } = module;
    if (modules.get(name) !== module) return;
    for (const { requires } of modules.values()) if (requires.has(name)) return;
    modules.delete(name);
  }

  /**
   * Begins the next generation.
   *
   * @param names Of modules that are to be loaded again.
   */
  succeed(names: Iterable<string>, files: ModuleFiles): Generation {
    const { loaded, modules } = this.shared;
    const retired: LoadedModule[] = [];
    for (const name of names) {
      this.notes.set(name, this.describe(name));
      loaded.setString(name, undefined);
      const module = modules.get(name);
      if (module === undefined) continue;
      modules.delete(name);
      retired.push(module);
    }
    this.next = new Generation(this.shared, this.number + 1, files);
    for (const module of retired) module.retire(this);
    return this.next;
  }

  /** What a name means here, in a generation that has a successor. */
  private recall(name: string): Note | undefined {
    const note = this.findNote(name) ?? this.describe(name);
    // Somebody may have loaded it since, together with newer modules.
    return note.module !== undefined && note.module.generation > this.number ? undefined : note;
  }

  private findNote(name: string): Note | undefined {
    let note = this.notes.get(name);
    let { next } = this;
    while (next !== undefined && note === undefined) {
      note = next.notes.get(name);
      ({ next } = next);
    }
    return note;
  }

  /** What a name means to the newest generation. */
  private describe(name: string): Note {
    const { loaded, modules } = this.shared;
    return { value: loaded.getString(name), module: modules.get(name) };
  }
}
