/** The modules that come with spacer and are written in Lua, as files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Words joined by dots, which separate folders. */
const MODULE_NAME = /^[\w-]+(?:\.[\w-]+)*$/;

/** The source of one, in bytes; `undefined` when there is none. @param folder Where they are. */
export function readModuleSource(folder: string, name: string): string | undefined {
  if (!MODULE_NAME.test(name)) return undefined;
  try {
    return readFileSync(`${join(folder, ...name.split("."))}.lua`, "latin1");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}
