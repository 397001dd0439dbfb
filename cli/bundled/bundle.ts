/**
 * What a bundle is made of: `cli/build` writes it, `cli/bundled` runs it. Emitted code is part of the bundle, as functions, so
 * no text becomes code unless a program itself loads some.
 *
 * Emitted code names the helpers it calls by imports, not by its argument `$rt`, so that a bundle has only those it needs.
 */
import type { CompiledChunk, CompiledScript, Host } from "../../runtime/host.ts";
import type { ChunkFactory, ResumeFactory } from "../../runtime/index.ts";

/** A Lua file, compiled. */
export interface BundledChunk {
  /** As `load` gets it: "@app/hello.lua". */
  readonly chunkName: string;
  readonly factory: ChunkFactory;
  readonly resumeFactory: ResumeFactory;
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

/** Compiles and loads what a program makes itself; a bundle has it only if its program may do so. */
export type BundledCompiler = Pick<Host, "compile" | "instantiate" | "isHopeless">;

/** Emitted lines are those of the code before it was bundled. */
export interface BundledFacts {
  readonly chunk: Pick<CompiledScript, "sites" | "functions">;
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
