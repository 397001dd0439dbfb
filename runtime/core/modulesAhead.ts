/**
 * What modules want that a program is about to load, or that these load: all of it had better be code that can be given
 * it. They are looked at before anything requires them, where they are required by a constant name.
 */
import type { Demands } from "../host.ts";

export interface ModuleSource {
  readonly source: string;
  readonly chunkName: string;
}

/** What is known of modules that have not run. */
export interface Modules {
  isLoaded(name: string): boolean;
  /** `undefined` where `require` would not find it, or finds what is no file. */
  find(name: string): ModuleSource | undefined;
  /** @throws LuaSyntaxError */
  demandsOf(module: ModuleSource): Demands;
}

/** A guess what a module requires: reading it properly takes time, and most are asked in vain. */
const REQUIRE = /\brequire\s*\(?\s*["']([\w.-]+)["']/g;

/** What `demandsOf` may have to tell something of. */
const DEMANDING = /setfenv|sethook/;

export class ModulesAhead {
  private readonly modules: Modules;
  /** Those whose demands were told. */
  private readonly seen = new Set<string>();

  constructor(modules: Modules) {
    this.modules = modules;
  }

  /** What some modules want, and those that they require; of each it is told once. */
  demandsOf(requires: readonly string[]): Demands {
    const demands = { environments: false, hooks: false };
    const names = [...requires];
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (this.seen.has(name) || this.modules.isLoaded(name)) continue;
      const module = this.modules.find(name);
      if (module === undefined) continue;
      this.seen.add(name);
      for (const [, next = ""] of module.source.matchAll(REQUIRE)) names.push(next);
      if (!DEMANDING.test(module.source)) continue;
      try {
        const { environments, hooks } = this.modules.demandsOf(module);
        demands.environments ||= environments;
        demands.hooks ||= hooks;
      } catch {
        // Whoever loads it is told of its mistakes.
      }
    }
    return demands;
  }
}
