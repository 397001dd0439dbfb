/** What a target is: where bundles are to run, and which files a project becomes for that. */
import type { Finding } from "../check/finding.ts";
import type { ProjectConfig } from "../config.ts";
import type { Pieces } from "../pieces.ts";
import type { Bundle, BundleOptions } from "./bundle.ts";
import type { Program } from "./program.ts";
import type { Reached } from "./reach.ts";
import type { BuildRuntime } from "./runtimeCache.ts";

/** A project that is built. */
export interface TargetProject {
  /** Absolute path. */
  readonly root: string;
  /** Its settings, without those that the environment would override. */
  readonly config: ProjectConfig;
  /** The settings as the file has them, in JSON. */
  readonly settings: string;
  /** All that its roots lead to. */
  readonly program: Program;
  /** The same, for targets with a bundle for each function (`partOfProgram`). */
  readonly reached: Reached;
  readonly isMinified: boolean;
  /** For files without Lua in them. */
  readonly buildRuntime: BuildRuntime;
  /**
   * Bundles an entry, which finds the program in `spacer:program` (programModule.ts).
   *
   * @param program Another one than the project's.
   */
  readonly bundle: (entry: EntryOptions, program?: Program) => Promise<Bundle>;
  /** Makes the part of that which is not Lua. */
  readonly prepareBundle: (entry: EntryOptions) => Promise<void>;
}

/** What a target says of a bundle. */
export type EntryOptions = Omit<BundleOptions, "chunks" | "isMinified" | "hasCompiler">;

/** A file that a build makes, within the folder of its output. */
export interface OutputFile {
  /** With `/`. */
  readonly path: string;
  /** Text is UTF-8. */
  readonly contents: string | Pieces;
  /** Of a module with Lua in it. */
  readonly bundle?: Bundle;
  /** The Lua in it, for the source map. */
  readonly program?: Program;
}

export interface Target {
  readonly name: string;
  /** For help: "a server for Node". */
  readonly summary: string;
  /** How to run what was made, for the last line of the summary. @param out As the user named the folder. */
  readonly usage: (out: string) => string;
  /** Whether code can be made of texts there. */
  readonly compilesTexts: boolean;
  /** What of the program can't be had there, or only in part. */
  readonly findings?: (project: TargetProject) => readonly Finding[];
  /**
   * Called while files are compiled, where that takes long: makes what `make` will want, should the rest of the files not change
   * that, so that `buildRuntime` has it then.
   */
  readonly prepare?: (project: TargetProject) => Promise<void>;
  readonly make: (project: TargetProject) => Promise<readonly OutputFile[]>;
}
