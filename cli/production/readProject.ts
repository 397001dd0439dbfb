/**
 * A project as the supervisor reads it: when it begins, and when it is told to read anew. Workers load functions when they are
 * first called, and some workers begin later than others. So that all serve the same, whatever is copied into the folder
 * meanwhile, the supervisor reads settings and Lua files once, and workers go by what it has read.
 */
import { join } from "node:path";
import { readBytes } from "../check/readFiles.ts";
import type { CommandContext } from "../command.ts";
import { parseConfig, readSettings, type ProjectConfig } from "../config.ts";
import { envFileVariables } from "../envFile.ts";
import { isSource, listFiles, SOURCE_FOLDERS } from "../projectFolders.ts";

type Environment = CommandContext["env"];

/** Plain data. */
export interface ProjectReading {
  /** The text of the settings. */
  readonly settings: string;
  /** What `.env` sets; `undefined` where it does not count. */
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** The Lua files, in bytes, by path from the root; in order of the paths. */
  readonly sources: SourceTexts;
}

export type SourceTexts = readonly (readonly [path: string, text: string])[];

/**
 * @param root Absolute path.
 * @param environment Its name.
 * @throws UserError "can't read app/hello.lua: permission denied" and the like
 */
export function readProject(root: string, environment: string): ProjectReading {
  const paths = [...listFiles(root, SOURCE_FOLDERS).files].filter(isSource).sort();
  return {
    settings: readSettings(root),
    variables: envFileVariables(root, environment),
    sources: paths.map((path) => [path, readBytes(join(root, path), path)]),
  };
}

/** @param env Of the process. */
export function environmentOf({ variables }: ProjectReading, env: Environment): Environment {
  return variables === undefined ? env : { ...variables, ...env };
}

/** @param env That of `environmentOf`. @throws UserError */
export function configOf({ settings }: ProjectReading, env: Environment): ProjectConfig {
  return parseConfig(settings, env).config;
}
