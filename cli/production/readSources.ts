/**
 * The Lua files of a project. Workers load functions when they are first called, and some workers begin later than others. So
 * that all serve the same, whatever is copied into the folder meanwhile, the supervisor reads the files once, and
 * workers load what it has read.
 */
import { join } from "node:path";
import { readBytes } from "../check/readFiles.ts";
import { isSource, listFiles, SOURCE_FOLDERS } from "../projectFolders.ts";
import type { SourceTexts } from "./messages.ts";

/** In order of the paths. @throws UserError "can't read app/hello.lua: permission denied" */
export function readSources(root: string): SourceTexts {
  const paths = [...listFiles(root, SOURCE_FOLDERS).files].filter(isSource).sort();
  return paths.map((path) => [path, readBytes(join(root, path), path)]);
}
