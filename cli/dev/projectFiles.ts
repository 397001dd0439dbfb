/** The Lua files of a project, as messages name them: from the root. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

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
    moduleNames: () => MODULE_FOLDERS.flatMap((folder) => luaFilesIn(join(root, folder))),
  };
}

/** Where `require` looks. */
const MODULE_FOLDERS = ["app", "lib"];

/** From the folder, without their extension. */
function luaFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".lua"))
      .map((path) => path.slice(0, -".lua".length).replaceAll(sep, "/"));
  } catch {
    return [];
  }
}
