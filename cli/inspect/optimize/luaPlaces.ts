/** Where V8's positions are in a Lua file: which function, which line, and what to call all others. */
import type { FunctionDescription, PrintedScript } from "../../../compiler/index.ts";
import { RESUME_SUFFIX } from "../../../runtime/index.ts";
import type { CodeHistory, KnownFunction } from "./codeHistory.ts";
import type { ScriptPosition } from "./v8Log.ts";

export interface VerdictSources {
  readonly functions: readonly FunctionDescription[];
  readonly code: PrintedScript;
  readonly resume: PrintedScript;
  /** As scripts of the state name the file, in bytes. */
  readonly scriptPath: string;
}

export interface NamedFunction {
  readonly name: string;
  /** A Lua file other than ours, or "runtime"; `undefined` for a function of our file. */
  readonly place: string | undefined;
}

/** One of the functions of the Lua file, as it is called or as it is resumed. */
interface OwnFunction {
  readonly index: number;
  readonly isResumed: boolean;
}

/** A place in the Lua file. */
interface LuaPlace {
  readonly functionIndex: number;
  readonly line: number;
}

export class LuaPlaces {
  /** The functions of our file, and which ones they are. */
  readonly own = new Map<KnownFunction, OwnFunction>();
  private readonly history: CodeHistory;
  private readonly sources: VerdictSources;

  constructor(history: CodeHistory, sources: VerdictSources) {
    this.history = history;
    this.sources = sources;
    for (const known of history.functions) {
      const found = this.ownFunction(known);
      if (found !== undefined) this.own.set(known, found);
    }
  }

  private ownFunction({ position, name }: KnownFunction): OwnFunction | undefined {
    if (position === undefined || !hasOwnName(name)) return undefined;
    const script = this.scriptOf(position);
    const index = this.functionIndexAt(position);
    if (script === undefined || index === undefined) return undefined;
    return { index, isResumed: script.isResumed };
  }

  /** The script of ours that a position is in. */
  private scriptOf({ script }: ScriptPosition) {
    const { scriptPath, code, resume } = this.sources;
    const path = luaPath(script);
    if (path === scriptPath) return { printed: code, isResumed: false };
    if (path === scriptPath + RESUME_SUFFIX) return { printed: resume, isResumed: true };
    return undefined;
  }

  /** `undefined` in other scripts, and outside of the functions of ours. */
  private functionIndexAt(position: ScriptPosition): number | undefined {
    return this.scriptOf(position)?.printed.functions.find(
      ({ firstEmitted, lastEmitted }) =>
        firstEmitted <= position.line && position.line <= lastEmitted,
    )?.index;
  }

  luaPlace(position: ScriptPosition): LuaPlace | undefined {
    const functionIndex = this.functionIndexAt(position);
    const site = this.scriptOf(position)?.printed.sites.findLast(
      ({ emitted }) => emitted <= position.line,
    );
    if (functionIndex === undefined || site === undefined) return undefined;
    return { functionIndex, line: site.line };
  }

  /** Whether a function is one of our file, or is written in one. */
  isOurs(known: KnownFunction | undefined): boolean {
    return known?.position !== undefined && this.functionIndexAt(known.position) !== undefined;
  }

  /** Whether a function is one that people know: no factory, constructor or leaver of ours, no part of a class. */
  isToBeTold(known: KnownFunction): boolean {
    return hasOwnName(known.name) && !this.isLeaver(known);
  }

  /**
   * Whether it is what leaves a function: `f1` among what a resume script returns. Of other files, nothing but the
   * name tells.
   */
  private isLeaver({ name, position }: KnownFunction): boolean {
    const isResumed = position?.script.endsWith(RESUME_SUFFIX) === true;
    return isResumed && /^f\d+$/.test(name) && this.functionIndexAt(position) === undefined;
  }

  /** The Lua line of a character of a script of ours. */
  lineAt(offset: number, within: KnownFunction | undefined): number | undefined {
    const script = within?.position === undefined ? undefined : this.scriptOf(within.position);
    const printed = script?.printed ?? this.sources.code;
    const emitted = printed.code.slice(0, offset).split("\n").length;
    return printed.sites.findLast((site) => site.emitted <= emitted)?.line;
  }

  nameOf({ name, position }: KnownFunction): NamedFunction {
    if (position === undefined) return { name, place: "runtime" };
    const place = this.luaPlace(position);
    if (place !== undefined) {
      const described = this.sources.functions.find(({ index }) => index === place.functionIndex);
      return { name: described?.name ?? name, place: undefined };
    }
    const path = this.otherFile(position);
    if (path === CALL_PATH) return { name: "the --call expression", place: undefined };
    return { name, place: path ?? "runtime" };
  }

  /** Whether a position is where code looks if its time is over, which it does for the first time at some point. */
  isCheckpoint(position: ScriptPosition | undefined): boolean {
    const script = position === undefined ? undefined : this.scriptOf(position);
    const text = script?.printed.code.split("\n")[(position?.line ?? 0) - 1];
    return text?.includes("$checkpoint()") === true;
  }

  /** The function that an inlined position is in. */
  blame(position: ScriptPosition, functionIndex: number | undefined): string {
    if (functionIndex !== undefined) return this.sources.functions[functionIndex]?.name ?? "";
    return this.otherFile(position) ?? this.runtimeFunctionAt(position) ?? "the runtime";
  }

  /** The Lua file, other than ours, that a position is in. What is outside of our functions is the runtime's. */
  private otherFile(position: ScriptPosition): string | undefined {
    if (this.scriptOf(position) !== undefined) return undefined;
    return luaPath(position.script)?.replace(RESUME_SUFFIX, "");
  }

  /** The function of the runtime that begins last before a position: the log does not name it. */
  private runtimeFunctionAt({ script, line, column }: ScriptPosition): string | undefined {
    if (luaPath(script) !== undefined) return undefined;
    let best: KnownFunction | undefined;
    for (const known of this.history.functions) {
      const { position, name } = known;
      if (position?.script !== script || name === "") continue;
      const isBefore =
        position.line < line || (position.line === line && position.column <= column);
      const isLater =
        best?.position === undefined ||
        position.line > best.position.line ||
        (position.line === best.position.line && position.column > best.position.column);
      if (isBefore && isLater) best = known;
    }
    return best === undefined ? undefined : `${best.name} (runtime)`;
  }
}

/** The script of what is given to `--call` (hotRun.ts). */
const CALL_PATH = "(--call)";

/** Factories of ours begin with "$", constructors and parts of classes with "<". */
function hasOwnName(name: string): boolean {
  return /^[^$<]/.test(name);
}

/** Of the script of a chunk, as `LuaState` names them. */
function luaPath(script: string): string | undefined {
  return /^lua:\d+\/(.*)$/s.exec(script)?.[1];
}
