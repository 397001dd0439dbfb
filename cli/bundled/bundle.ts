/**
 * What a bundle is made of: `cli/build` writes it, `cli/bundled` runs it. Emitted code is part of the bundle, as functions, so
 * no text becomes code unless a program itself loads some.
 *
 * Emitted code names the helpers it calls by imports, not by its argument `$rt`, so that a bundle has only those it needs.
 */
import type { ChunkOptions, CompiledChunk, CompiledScript, Host } from "../../runtime/host.ts";
import type { ChunkFactory, ResumeFactory } from "../../runtime/index.ts";

/** A Lua file, compiled. Its resume script is there, or the source that the bundle's own compiler makes it of. */
export type BundledChunk = BundledFunctions &
  (
    | { readonly resumeFactory: ResumeFactory; readonly luaSource?: never }
    /** Gives bytes. */
    | { readonly luaSource: () => string; readonly resumeFactory?: never }
  );

interface BundledFunctions {
  /** As `load` gets it: "@app/hello.lua". */
  readonly chunkName: string;
  readonly factory: ChunkFactory;
  /** What is known of its emitted lines; read when an error is raised. */
  readonly facts: () => BundledFacts;
  readonly usesEnvironments: boolean;
  readonly isAccessible: boolean;
  readonly demands?: CompiledChunk["demands"];
  readonly requires?: CompiledChunk["requires"];
}

/** A Lua file that the bundle's own compiler compiles, because the program may want to know its source. */
export interface BundledSource {
  readonly chunkName: string;
  /** Bytes. */
  readonly source: string;
}

export type BundledFile = BundledChunk | BundledSource;

/** The Lua of a bundle: what the module "spacer:chunks" exports (cli/build/runtimePlugin.ts). */
export interface BundledProgram {
  readonly chunks: readonly BundledFile[];
  /** Gives the table of places (positions.ts). */
  readonly positions: () => string;
}

/** A bundle has it if its program may make functions of texts, or is so large that resume scripts are made when they are wanted. */
export interface BundledCompiler extends Pick<
  Host,
  "compile" | "instantiate" | "isHopeless" | "readEvaluable"
> {
  /** Makes the resume script of a file of the bundle. @param source Bytes, as `chunkName`. */
  compileResume(source: string, chunkName: string, options: ChunkOptions): CompiledScript;
}

/** Emitted lines are those of the code before it was bundled. */
export interface BundledFacts {
  readonly chunk: Pick<CompiledScript, "sites" | "functions">;
  /** Empty where the resume script is not in the bundle. */
  readonly resume: Pick<CompiledScript, "sites" | "functions">;
}

/** A place in the bundle, told as one in the emitted code that it comes from. */
export interface EmittedPlace {
  /** Its index among the bundle's chunks. */
  readonly chunkIndex: number;
  readonly isResume: boolean;
  /** From 1. */
  readonly line: number;
}
