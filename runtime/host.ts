/**
 * What the language part of the runtime asks of its surroundings. `cli/` fills it in; nothing in
 * `core`, `helpers` or `stdlib` touches files, processes or clocks in any other way.
 *
 * All strings that are Lua data (source text, file contents, output) are byte strings: one char
 * per byte. Paths and names of environment variables are byte strings too.
 */
import type { LuaFunction } from "./core/value.ts";

/** What the compiler is to know of the state a chunk is for. */
export interface ChunkOptions {
  /** The syntax of LuaJIT's Lua 5.2 compatibility is accepted. */
  readonly isLua52Compatible: boolean;
  /** The syntax is that of PUC Lua 5.1. */
  readonly isPuc51: boolean;
  /** Every function gets an environment of its own, whatever the chunk itself names. */
  readonly usesEnvironments: boolean;
  /** The debug library reaches all variables, and hooks are told of all that the code does. */
  readonly isAccessible: boolean;
  /** It must be the text of a single function, as `functionText` gives it: all else is an error. */
  readonly isFunctionText?: boolean;
}

/** The source of one function, in a chunk of its own that returns it. */
export interface FunctionText {
  /** Parameters, body and `end`. */
  readonly text: string;
  /** Line (from 1) of the word `function`. */
  readonly firstLine: number;
  /** Line (from 1) on which `text` begins. */
  readonly textLine: number;
  /** Names of the upvalues, in Lua's order. */
  readonly upvalues: readonly string[];
}

export interface CompiledScript {
  readonly code: string;
  /** Where emitted lines come from, read only when an error is raised; sorted by `emitted`. */
  readonly sites: readonly Site[];
  /** The functions of the chunk, sorted by `firstEmitted`; they do not overlap. */
  readonly functions: readonly FunctionRange[];
}

/**
 * One Lua chunk, compiled: what the compiler's door returns. Its code is the body of a function
 * `($rt, $script, $env)` that returns the main function.
 */
export interface CompiledChunk extends CompiledScript {
  /**
   * Makes the script that resumes the chunk's functions: the body of a function
   * `($rt, $script, $env, $make)` that returns an object of functions.
   */
  resumeScript(): CompiledScript;
  /**
   * The source of a function, for `string.dump`.
   *
   * @param offset Of its `FunctionRange`.
   */
  functionText(offset: number): FunctionText | undefined;
  /** Its functions have environments of their own (core/closureEnvironment.ts). */
  readonly usesEnvironments: boolean;
  /** They have activations, and check for hooks (core/activation.ts). */
  readonly isAccessible: boolean;
  /** Finds out what the debug library wants to know of the functions, by their index. */
  debugInfo(): readonly FunctionDebugInfo[];
  /** What it seems to want of code that is none of its own; absent where nobody asks. */
  readonly demands?: Demands;
  /** The modules it requires by a constant name; absent where nobody asks. */
  readonly requires?: readonly { readonly name: string }[];
}

export interface Demands {
  /** It changes environments of functions that it did not load itself. */
  readonly environments: boolean;
  /** It sets hooks that are called for each line. */
  readonly hooks: boolean;
}

/** What a function consists of, however it was compiled. */
export interface FunctionDebugInfo {
  readonly parameters: readonly string[];
  readonly isVararg: boolean;
  readonly upvalues: readonly string[];
  /** In the order in which they are declared, parameters first; those without a name in the source, too. */
  readonly variables: readonly DebugVariable[];
  /** Lines on which it has instructions, ascending. */
  readonly activeLines: readonly number[];
}

export interface DebugVariable {
  readonly name: string;
  /** Its index in the variables of an activation. */
  readonly slot: number;
  readonly isBoxed: boolean;
  /** Byte offsets in the source between which it is known. */
  readonly start: number;
  readonly end: number;
}

/** An emitted line that can raise an error or call. */
export interface Site {
  /** Line in the emitted code, from 1. */
  readonly emitted: number;
  /** Line in the Lua source, from 1. */
  readonly line: number;
  /** Byte offset in the Lua source. */
  readonly offset: number;
  /**
   * What an error message calls each operand: "local 'x'", "method 'y'", or "" when it has no name.
   * Calls: the callee. Indexing: the table. Binary operators: left and right.
   */
  readonly operands?: readonly string[];
  /** What a function called here is called where it is not the operand: "metamethod '__add'". */
  readonly callee?: string;
  /** How many arguments a call passes; absent when a value list decides. */
  readonly argumentCount?: number;
  /** A tail call: for Lua, the frame that is at this site no longer exists. */
  readonly isTail?: true;
  /** In accessible code: what of the statement is evaluated already. */
  readonly temporaries?: readonly Temporary[];
  /** Which exit of its function it is, for a site that can suspend. */
  readonly pc?: number;
}

/** A slot among the variables of an activation, or a constant. */
export type Temporary =
  { readonly slot: number } | { readonly value?: string | number | boolean | undefined };

/** The emitted lines of one Lua function. */
export interface FunctionRange {
  /** In its chunk; 0 is the main function. */
  readonly index: number;
  readonly firstEmitted: number;
  readonly lastEmitted: number;
  /** Line of the word `function`, from 1; 0 for the main chunk. */
  readonly firstLine: number;
  /** Line of its `end`; 0 for the main chunk. */
  readonly lastLine: number;
  /** Where it begins, in bytes from the beginning of the Lua source. */
  readonly offset: number;
}

/** Makes the main function of a chunk; the arguments are those of `CompiledChunk.code`. */
export type ChunkFactory = (runtime: object, script: object, environment: object) => LuaFunction;

/** Loads a resume script. @param factories The chunk's own, by their emitted names. */
export type ResumeFactory = (
  runtime: object,
  script: object,
  environment: object,
  factories: object,
) => object;

/** A line of emitted code, from 1. */
export interface ScriptPlace {
  /** As given to `Host.instantiate`. */
  readonly scriptName: string;
  readonly line: number;
}

// What a chunk consists of that need not be compiled, as the compiler reads it.

/** Constants stand for themselves. */
export type Evaluable = undefined | boolean | number | string | EvaluableNode;

export type EvaluableNode =
  | EvaluableTable
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "index"; readonly object: Evaluable; readonly key: Evaluable }
  | { readonly kind: "call"; readonly callee: Evaluable; readonly values: readonly Evaluable[] }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Evaluable }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Evaluable;
      readonly right: Evaluable;
    };

/** A constructor. None of its constants is nil; what is calculated may be. */
export interface EvaluableTable {
  readonly kind: "table";
  /** Strings only, where there are items. */
  readonly keys: readonly Evaluable[];
  /** By the index of the key. */
  readonly values: readonly Evaluable[];
  /** From index 1 on. */
  readonly items: readonly Evaluable[];
}

export type BinaryOperator =
  "or" | "and" | "<" | ">" | "<=" | ">=" | "==" | "~=" | ".." | "+" | "-" | "*" | "/" | "%" | "^";

/** Thrown by `Host.compile`: the message as `load` gives it, with position. */
export interface LuaSyntaxError {
  readonly isLuaSyntaxError: true;
  readonly message: string;
}

export interface Host {
  /** @throws LuaSyntaxError */
  compile(source: string, chunkName: string, options: ChunkOptions): CompiledChunk;
  /**
   * Reads a chunk that need not be compiled to be run: the values that it returns (core/evaluate.ts). `undefined` for all other
   * chunks, and for those with errors.
   */
  readEvaluable?(
    source: string,
    chunkName: string,
    options: ChunkOptions,
  ): readonly Evaluable[] | undefined;
  /**
   * Whether the beginning of a source has an error that stays one whatever follows. Without it, sources
   * that come in pieces are read to their ends.
   */
  isHopeless?(source: string, options: Pick<ChunkOptions, "isLua52Compatible">): boolean;
  /**
   * Evaluates emitted code; stack frames of it carry `scriptName`.
   *
   * @throws EvalError where the engine is told to make no code of texts; programs get a Lua error for it
   */
  instantiate(code: string, scriptName: string): ChunkFactory & ResumeFactory;
  /**
   * Where emitted code is that was loaded in another way than by its script's name: which line of which script a place is.
   * Asked for each frame of a stack that is read; `undefined` for code that is not emitted.
   *
   * @param line From 1, as `column`.
   */
  emittedPlace?(fileName: string, line: number, column: number): ScriptPlace | undefined;
  /** The Lua source of a module that comes with spacer and is written in Lua. */
  builtinModuleSource(name: string): string | undefined;
  files: HostFiles;
  clock: HostClock;
  process: HostProcess;
  collector: HostCollector;
  /** Random bytes that nobody can foresee, for ids and secrets: a byte string. In tests they may follow from a number. */
  randomBytes(sizeBytes: number): string;
  /** Without it, CPU budgets are not kept. */
  alarm?: HostAlarm;
}

/**
 * Raises the alarm of core/budget.ts from another thread: every few milliseconds, while the element
 * `ALARM.slice` is not 0, its value is copied to `ALARM.raised`.
 */
export interface HostAlarm {
  /**
   * Starts the thread, or ends its sleep.
   *
   * @param onLongSlice To be called once, on the main thread and in the middle of the slice that runs,
   *   when one has lasted for longer than an interval.
   */
  wake(alarm: Int32Array, onLongSlice: () => void): void;
}

/** An error of the operating system; the message is like C's `strerror`. */
export interface HostFileError {
  readonly message: string;
  readonly errno: number;
}

/** Synchronous file access. Failures are returned, never thrown. */
export interface HostFiles {
  read(path: string): string | HostFileError;
  exists(path: string): boolean;
  open(path: string, mode: string): HostFile | HostFileError;
  remove(path: string): HostFileError | undefined;
  rename(from: string, to: string): HostFileError | undefined;
  /** Creates an empty file and returns its path. */
  temporaryName(): string | HostFileError;
  temporaryFile(): HostFile | HostFileError;
  /** Runs a shell command and connects to it. */
  popen(command: string, mode: string): HostFile | HostFileError;
  readonly stdin: HostFile;
  readonly stdout: HostFile;
  readonly stderr: HostFile;
}

/**
 * An open file. What is written may wait in a buffer, until `flush` or the end of the program; reads
 * and positions are never behind it. Reading ahead and formats are the business of Lua's `io`.
 */
export interface HostFile {
  /** Up to `sizeBytes` bytes; "" at the end. */
  read(sizeBytes: number): string | HostFileError;
  write(bytes: string): HostFileError | undefined;
  /** The new position from the start. */
  seek(whence: "set" | "cur" | "end", offset: number): number | HostFileError;
  flush(): HostFileError | undefined;
  /** When what is written leaves the buffer. Absent where nothing is buffered. */
  setBuffering?(buffering: HostBuffering): void;
  /** Exit code for a process opened by `popen`, as of `HostProcess.execute`. */
  close(): HostFileError | { exitCode: number } | undefined;
}

/** At once; with each line; when the buffer is full. */
export type HostBuffering = "no" | "line" | "full";

export interface HostClock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** As `nowMs`, but by a clock that is never set and never stands, for what is counted; `nowMs` when absent. */
  steadyMs?(): number;
  /** CPU seconds used by the process. */
  cpuSeconds(): number;
  /**
   * Calls back once, after some time: any, from 0 to Infinity. After 0 or less, as soon as all that is
   * due now has had its turn.
   *
   * @param isBackground Whether the process may end before.
   * @returns Takes it back.
   */
  after(delayMs: number, callback: () => void, isBackground: boolean): () => void;
}

export interface HostProcess {
  /** The operating system and the processor, as LuaJIT calls them: "Linux", "OSX", "x64", "arm64". */
  readonly system?: { readonly os: string; readonly arch: string };
  environmentVariable(name: string): string | undefined;
  /** A text without the values of variables that nobody else is to see; as it is when absent. */
  hideSecrets?(text: string): string;
  /**
   * Ends the program; in a server it raises instead (throws).
   *
   * @param isClosing Whether the state is to be closed before, so that finalizers run.
   */
  exit(code: number, isClosing: boolean): never;
  /**
   * Runs a shell command. Returns its exit code, or the negative number of the signal that ended it.
   * `undefined` asks whether there is a shell: not 0 if so.
   */
  execute(command: string | undefined): number;
}

/** The garbage collector. */
export interface HostCollector {
  /** Bytes of memory that values take, roughly: garbage may be among them. */
  memoryBytes(): number;
  /**
   * Asks for a collection; may do nothing. What nothing refers to but WeakRefs is gone afterwards,
   * even if they were read in this job.
   */
  collect(): void;
  /** From now on WeakRefs no longer hold what they were made for or read as in this job. */
  releaseWeakTargets(): void;
}
