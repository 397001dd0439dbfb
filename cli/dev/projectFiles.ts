/** The Lua files of a project, as messages name them: from the root. */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { isSource, listFiles, SOURCE_FOLDERS } from "../projectFolders.ts";
import type { ProjectSources } from "./sources.ts";

/** Larger ones are not shown. */
const MAX_FILE_BYTES = 2 ** 22;

export interface ProjectFiles {
  /** The absolute path of the project. */
  readonly root: string;
  /** The bytes of a Lua file of the project; `undefined` for all else that a message may name. */
  read(file: string): string | undefined;
  /** The names of all modules of the project, as `require` takes them: "controllers/users/get". */
  moduleNames(): readonly string[];
}

/** @param root Absolute path. */
export function projectFiles(root: string): ProjectFiles {
  return {
    root,
    read: (file) => {
      const path = resolve(root, file);
      const inside = relative(root, path);
      const isInside = !isAbsolute(inside) && inside.split(sep)[0] !== "..";
      if (!isInside || !file.endsWith(".lua") || file.includes("\0")) return undefined;
      try {
        const status = statSync(path);
        if (!status.isFile() || status.size > MAX_FILE_BYTES) return undefined;
        return readFileSync(path, "latin1");
      } catch {
        return undefined;
      }
    },
    moduleNames: () => moduleNames(listFiles(root, SOURCE_FOLDERS).files),
  };
}

/** The files as they are served: a file that is broken is as it was when it last worked. */
export class ServedFiles implements ProjectFiles {
  readonly root: string;
  /** Set when they are read. */
  sources: ProjectSources | undefined = undefined;
  private readonly onDisk: ProjectFiles;

  constructor(root: string) {
    this.root = root;
    this.onDisk = projectFiles(root);
  }

  /** Files that are not served, such as tests, are read. */
  read(file: string): string | undefined {
    return this.sources?.get(file) ?? this.onDisk.read(file);
  }

  moduleNames(): readonly string[] {
    return this.sources === undefined ? this.onDisk.moduleNames() : moduleNames(this.sources.paths);
  }
}

function moduleNames(paths: Iterable<string>): string[] {
  return [...paths]
    .filter(isSource)
    .map((path) => path.replace(/^[^/]*\//, "").slice(0, -".lua".length));
}
