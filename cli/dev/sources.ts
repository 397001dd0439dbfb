/**
 * The Lua files of a project as the newest generation of its modules sees them: what was last read of each that
 * can be compiled. So a generation never sees half of a change, and a file that is broken for a while is as it
 * was before.
 */
import { posix } from "node:path";
import type { ModuleFiles } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { isSource } from "../projectFolders.ts";

export class ProjectSources {
  /** Absolute path of the project, in bytes. */
  private readonly root: string;
  private readonly texts: Map<string, string>;

  /** @param texts In bytes, by path from the root. */
  constructor(root: string, texts: Iterable<readonly [string, string]>) {
    this.root = toBytes(root);
    this.texts = new Map();
    for (const [path, text] of texts) if (isSource(path)) this.texts.set(toBytes(path), text);
  }

  get(path: string): string | undefined {
    return this.texts.get(toBytes(path));
  }

  get paths(): string[] {
    return [...this.texts.keys()].map(fromBytes);
  }

  /** @param text `undefined` when the file is gone. */
  set(path: string, text: string | undefined): void {
    if (text === undefined) this.texts.delete(toBytes(path));
    else this.texts.set(toBytes(path), text);
  }

  /**
   * What `require` looks at, as it is now: later changes do not show.
   *
   * @param others Files that are not the project's.
   */
  moduleFiles(others: ModuleFiles): ModuleFiles {
    const texts = new Map(this.texts);
    const { root } = this;
    return {
      exists: (path) => {
        const fromRoot = pathFromRoot(root, path);
        return isSource(fromRoot) ? texts.has(fromRoot) : others.exists(path);
      },
      read: (path) => {
        const fromRoot = pathFromRoot(root, path);
        if (!isSource(fromRoot)) return others.read(path);
        return texts.get(fromRoot) ?? NO_SUCH_FILE;
      },
    };
  }
}

const NO_SUCH_FILE = { message: "No such file or directory", errno: 2 } as const;

/** A path as Lua spells it, which may be absolute or take detours. */
export function pathFromRoot(root: string, path: string): string {
  const plain = posix.normalize(path);
  return plain.startsWith(`${root}/`) ? plain.slice(root.length + 1) : plain;
}
