/** A compiled chunk that comes from the cache: what most programs never ask for is read, or compiled, when they do. */
import type {
  ChunkOptions,
  CompiledChunk,
  CompiledScript,
  FunctionDebugInfo,
  FunctionRange,
  FunctionText,
  Site,
} from "../../runtime/host.ts";
import { chunkText } from "../compile.ts";
import { theCompiler } from "../parts.lazy.ts";

/** What there is to a chunk besides its code, as far as it can be kept in a file. */
export interface ChunkFacts {
  readonly usesEnvironments: boolean;
  readonly isAccessible: boolean;
  readonly demands: NonNullable<CompiledChunk["demands"]>;
  readonly requires: readonly { readonly name: string; readonly offset: number }[];
  readonly assignedGlobals: readonly string[];
  readonly changedGlobals: readonly string[];
}

/** The lines of a script. */
export type ScriptLines = Pick<CompiledScript, "sites" | "functions">;

export interface ChunkOrigin {
  /** Bytes of Lua source. */
  readonly source: string;
  /** As given to `load`. */
  readonly chunkName: string;
  readonly options: ChunkOptions;
}

export interface StoredContent {
  readonly code: string;
  readonly facts: ChunkFacts;
  readLines(): ScriptLines;
  /** `undefined` where nothing has suspended in it so far. */
  readResume(): CompiledScript | undefined;
}

export class StoredChunk implements CompiledChunk, ChunkFacts {
  readonly code: string;
  readonly usesEnvironments: boolean;
  readonly isAccessible: boolean;
  readonly demands: ChunkFacts["demands"];
  readonly requires: ChunkFacts["requires"];
  readonly assignedGlobals: readonly string[];
  readonly changedGlobals: readonly string[];
  private readonly origin: ChunkOrigin;
  private readonly content: StoredContent;
  private lines: ScriptLines | undefined = undefined;

  constructor(origin: ChunkOrigin, content: StoredContent) {
    const { code, facts } = content;
    this.code = code;
    this.usesEnvironments = facts.usesEnvironments;
    this.isAccessible = facts.isAccessible;
    this.demands = facts.demands;
    this.requires = facts.requires;
    this.assignedGlobals = facts.assignedGlobals;
    this.changedGlobals = facts.changedGlobals;
    this.origin = origin;
    this.content = content;
  }

  get sites(): readonly Site[] {
    return this.readLines().sites;
  }

  get functions(): readonly FunctionRange[] {
    return this.readLines().functions;
  }

  resumeScript(): CompiledScript {
    return this.content.readResume() ?? theCompiler().compileResumeScript(...this.compilerInput());
  }

  /** As `resumeScript`, if it need not be compiled. */
  storedResume(): CompiledScript | undefined {
    return this.content.readResume();
  }

  functionText(offset: number): FunctionText | undefined {
    return theCompiler().functionText(...this.compilerInput(), offset);
  }

  debugInfo(): readonly FunctionDebugInfo[] {
    return theCompiler().compileDebugInfo(...this.compilerInput());
  }

  private readLines(): ScriptLines {
    return (this.lines ??= this.content.readLines());
  }

  private compilerInput() {
    const { source, chunkName, options } = this.origin;
    return [chunkText(source, chunkName), options] as const;
  }
}
