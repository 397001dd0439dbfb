/** V8's history of a Lua file, told in its functions and lines. */
import type { FunctionDescription, PrintedScript } from "../../../compiler/index.ts";
import { explainDeopt } from "./deoptReasons.ts";
import type { CodeHistory, CodeVersion, Deoptimization, KnownFunction } from "./codeHistory.ts";
import { TIERS, type ScriptPosition, type Tier } from "./v8Log.ts";

export interface FunctionVerdict {
  readonly name: string;
  /** 0 for the main chunk. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** How it is run in the end; `undefined` when it was never called. */
  readonly tier: Tier | undefined;
  /** How often V8 made optimized code of it. */
  readonly optimizations: number;
  /** Of its bytecode; what is large is not inlined, what is huge not optimized. */
  readonly bytecodeBytes: number | undefined;
  readonly inlines: readonly InlinedVerdict[];
  /** Where it was inlined. */
  readonly inlinedInto: readonly InlinedVerdict[];
  readonly deopts: readonly DeoptVerdict[];
  /** How what resumes it after a wait is run; `undefined` when it was never resumed. */
  readonly resumedTier: Tier | undefined;
  /** Why V8 does not optimize it, where that is known. */
  readonly reason: string | undefined;
}

export interface InlinedVerdict {
  readonly name: string;
  /** A Lua file other than this one, or "runtime". */
  readonly place: string | undefined;
  /** The Lua line of the call, in whichever function it is; `undefined` within the runtime. */
  readonly line: number | undefined;
}

export interface DeoptVerdict {
  /** In V8's words. */
  readonly reason: string;
  /** In ours, where they are known. */
  readonly meaning: string | undefined;
  /** "deopt-eager" and the like. */
  readonly bailout: string;
  readonly tier: Tier;
  /** The Lua line, where it is one of this file. */
  readonly line: number | undefined;
  /** What was inlined and is to blame: "add", or "settle (runtime)". */
  readonly within: string | undefined;
  /** Where that was inlined. */
  readonly inlinedAt: number | undefined;
  /** How often just this happened. */
  readonly count: number;
}

export interface VerdictSources {
  readonly functions: readonly FunctionDescription[];
  readonly code: PrintedScript;
  readonly resume: PrintedScript;
  /** As scripts of the state name the file, in bytes. */
  readonly scriptPath: string;
}

/** Larger functions are never inlined (`--max-inlined-bytecode-size`), or never optimized at all. */
const MAX_INLINED_BYTES = 460;
const MAX_OPTIMIZED_BYTES = 60 * 1024;

export function findVerdicts(history: CodeHistory, sources: VerdictSources): FunctionVerdict[] {
  return new Verdicts(history, sources).all();
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

class Verdicts {
  private readonly history: CodeHistory;
  private readonly sources: VerdictSources;
  /** The functions of our file, and which ones they are. */
  private readonly own = new Map<KnownFunction, OwnFunction>();

  constructor(history: CodeHistory, sources: VerdictSources) {
    this.history = history;
    this.sources = sources;
    for (const known of history.functions) {
      const found = this.ownFunction(known);
      if (found !== undefined) this.own.set(known, found);
    }
  }

  all(): FunctionVerdict[] {
    return this.sources.functions.map((described) => this.verdict(described));
  }

  private verdict(described: FunctionDescription): FunctionVerdict {
    const { index, name, firstLine, lastLine } = described;
    const versions = this.versionsOf(index, false);
    const resumed = this.versionsOf(index, true);
    const optimized = [...versions, ...resumed].filter(isOptimized);
    const bytecodeBytes = versions.find(({ tier }) => tier === "interpreter")?.sizeBytes;
    return {
      name,
      firstLine,
      lastLine,
      tier: finalTier(versions),
      optimizations: optimized.length,
      bytecodeBytes,
      inlines: unique(versions.filter(isLive).flatMap((version) => this.inlinesOf(version))),
      inlinedInto: unique(this.callersOf(index)),
      deopts: this.deoptsOf(optimized),
      resumedTier: finalTier(resumed),
      reason: this.reasonOf(described, optimized.length > 0, bytecodeBytes),
    };
  }

  /** A file that was loaded several times has several functions where the source has one. */
  private versionsOf(index: number, isResumed: boolean): CodeVersion[] {
    return [...this.own].flatMap(([{ versions }, own]) =>
      own.index === index && own.isResumed === isResumed ? versions : [],
    );
  }

  private ownFunction({ position, name }: KnownFunction): OwnFunction | undefined {
    if (position === undefined || !hasOwnName({ name })) return undefined;
    const script = this.scriptOf(position);
    const index = script === undefined ? undefined : functionAt(script.printed, position.line);
    if (script === undefined || index === undefined) return undefined;
    return { index, isResumed: script.isResumed };
  }

  /** The script of ours that a position is in. */
  private scriptOf({ script }: ScriptPosition) {
    const { scriptPath, code, resume } = this.sources;
    const path = luaPath(script);
    if (path === scriptPath) return { printed: code, isResumed: false };
    if (path === scriptPath + RESUMED) return { printed: resume, isResumed: true };
    return undefined;
  }

  private luaPlace(position: ScriptPosition): LuaPlace | undefined {
    const script = this.scriptOf(position);
    if (script === undefined) return undefined;
    const functionIndex = functionAt(script.printed, position.line);
    const site = script.printed.sites.findLast(({ emitted }) => emitted <= position.line);
    if (functionIndex === undefined || site === undefined) return undefined;
    return { functionIndex, line: site.line };
  }

  private inlinesOf(version: CodeVersion): InlinedVerdict[] {
    return version.inlined.flatMap((call) => {
      if (call.callee === undefined || !hasOwnName(call.callee)) return [];
      const caller = call.parent === undefined ? undefined : version.inlined[call.parent];
      const isOurs = call.parent === undefined || this.isOurs(caller?.callee);
      const line = isOurs ? this.lineAt(call.offset, caller?.callee) : undefined;
      return [{ ...this.nameOf(call.callee), line }];
    });
  }

  private callersOf(index: number): InlinedVerdict[] {
    return this.history.functions.flatMap((caller) =>
      caller.versions.filter(isLive).flatMap((version) =>
        version.inlined.flatMap(({ callee, offset, parent }) => {
          if (callee === undefined || this.own.get(callee)?.index !== index) return [];
          const around = parent === undefined ? caller : version.inlined[parent]?.callee;
          const line = this.isOurs(around) ? this.lineAt(offset, around) : undefined;
          return around === undefined ? [] : [{ ...this.nameOf(around), line }];
        }),
      ),
    );
  }

  private isOurs(known: KnownFunction | undefined): boolean {
    return known?.position !== undefined && this.scriptOf(known.position) !== undefined;
  }

  /** The Lua line of a character of a script of ours. */
  private lineAt(offset: number, within: KnownFunction | undefined): number | undefined {
    const script = within?.position === undefined ? undefined : this.scriptOf(within.position);
    const printed = script?.printed ?? this.sources.code;
    const emitted = printed.code.slice(0, offset).split("\n").length;
    return printed.sites.findLast((site) => site.emitted <= emitted)?.line;
  }

  private nameOf({ name, position }: KnownFunction): Pick<InlinedVerdict, "name" | "place"> {
    if (position === undefined) return { name, place: "runtime" };
    const place = this.luaPlace(position);
    if (place !== undefined) {
      const described = this.sources.functions.find(({ index }) => index === place.functionIndex);
      return { name: described?.name ?? name, place: undefined };
    }
    const path = luaPath(position.script);
    if (path === CALL_PATH) return { name: "the --call expression", place: undefined };
    return { name, place: path === undefined ? "runtime" : path.replace(RESUMED, "") };
  }

  private deoptsOf(versions: readonly CodeVersion[]): DeoptVerdict[] {
    const verdicts = new Map<string, DeoptVerdict>();
    for (const { tier, deopts } of versions) {
      for (const deopt of deopts) {
        const verdict = this.deoptVerdict(deopt, tier);
        const id = JSON.stringify(verdict);
        const count = (verdicts.get(id)?.count ?? 0) + 1;
        verdicts.set(id, { ...verdict, count });
      }
    }
    return [...verdicts.values()];
  }

  private deoptVerdict({ reason, bailout, stack }: Deoptimization, tier: Tier): DeoptVerdict {
    const places = stack.map((position) => this.luaPlace(position));
    const first = places.findIndex((place) => place !== undefined);
    const line = places[first]?.line;
    const outer = places.findLast((place) => place !== undefined);
    const isInlined = stack.length > 1;
    const inner = stack[0];
    const blamed =
      !isInlined || inner === undefined ? undefined : this.blame(inner, places[0]?.functionIndex);
    return {
      reason,
      meaning: this.isCheckpoint(inner) ? CHECKPOINT_MEANING : explainDeopt(reason),
      bailout,
      tier,
      line,
      within: blamed,
      inlinedAt: isInlined && first === 0 ? outer?.line : undefined,
      count: 1,
    };
  }

  /** Whether a position is where code looks if its time is over, which it does for the first time at some point. */
  private isCheckpoint(position: ScriptPosition | undefined): boolean {
    const script = position === undefined ? undefined : this.scriptOf(position);
    const text = script?.printed.code.split("\n")[(position?.line ?? 0) - 1];
    return text?.includes("$checkpoint()") === true;
  }

  /** The function that an inlined position is in. */
  private blame(position: ScriptPosition, functionIndex: number | undefined): string {
    if (functionIndex !== undefined) return this.sources.functions[functionIndex]?.name ?? "";
    const path = luaPath(position.script);
    return path ?? this.runtimeFunctionAt(position) ?? "the runtime";
  }

  /** The function of the runtime that begins last before a position: the log does not name it. */
  private runtimeFunctionAt({ script, line, column }: ScriptPosition): string | undefined {
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

  private reasonOf(
    { name }: FunctionDescription,
    wasOptimized: boolean,
    bytecodeBytes: number | undefined,
  ): string | undefined {
    const emittedName = name.replaceAll(/[.:]/g, "_");
    const disabled = this.history.disabled.find((each) => each.name === emittedName);
    if (disabled !== undefined)
      return `V8 gave up optimizing a function of that name: ${disabled.reason}`;
    if (wasOptimized || bytecodeBytes === undefined) return undefined;
    return bytecodeBytes > MAX_OPTIMIZED_BYTES
      ? `its bytecode (${String(bytecodeBytes)} bytes) is larger than what V8 optimizes (${String(MAX_OPTIMIZED_BYTES)})`
      : undefined;
  }
}

const CHECKPOINT_MEANING = "it looked for the first time whether its time is over";

const RESUMED = "#resumed";

/** The script of what is given to `--call` (hotRun.ts). */
const CALL_PATH = "(--call)";

/** Whether a function is one that people know: no factory or constructor of ours, no part of a class. */
function hasOwnName({ name }: Pick<KnownFunction, "name">): boolean {
  return /^[^$<]/.test(name);
}

/** Of the script of a chunk, as `LuaState` names them. */
function luaPath(script: string): string | undefined {
  return /^lua:\d+\/(.*)$/s.exec(script)?.[1];
}

function functionAt({ functions }: PrintedScript, emitted: number): number | undefined {
  return functions.find(
    ({ firstEmitted, lastEmitted }) => firstEmitted <= emitted && emitted <= lastEmitted,
  )?.index;
}

function isOptimized({ tier }: CodeVersion): boolean {
  return tier === "maglev" || tier === "turbofan";
}

/** Whether code is of use still: what was deoptimized is thrown away. */
function isLive({ deopts }: CodeVersion): boolean {
  return deopts.length === 0;
}

function finalTier(versions: readonly CodeVersion[]): Tier | undefined {
  return TIERS.findLast((tier) => versions.some((each) => each.tier === tier && isLive(each)));
}

function unique(verdicts: readonly InlinedVerdict[]): InlinedVerdict[] {
  const byId = new Map(verdicts.map((verdict) => [JSON.stringify(verdict), verdict]));
  return [...byId.values()];
}

/** Whether a function is too large to be inlined anywhere. */
export function isTooLargeToInline({ bytecodeBytes = 0 }: FunctionVerdict): boolean {
  return bytecodeBytes > MAX_INLINED_BYTES;
}
