/** V8's history of a Lua file, told in its functions and lines. */
import type { FunctionDescription } from "../../../compiler/index.ts";
import { explainDeopt } from "./deoptReasons.ts";
import type { CodeHistory, CodeVersion, Deoptimization } from "./codeHistory.ts";
import { LuaPlaces, type VerdictSources } from "./luaPlaces.ts";
import { TIERS, type Tier } from "./v8Log.ts";

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

/** A function of the runtime, or of another file, that V8 could not keep as it had optimized it. */
export interface OtherVerdict extends Pick<
  FunctionVerdict,
  "name" | "tier" | "optimizations" | "deopts"
> {
  /** The Lua file, or "runtime". */
  readonly place: string;
}

/** Larger functions are never inlined (`--max-inlined-bytecode-size`), or never optimized at all. */
const MAX_INLINED_BYTES = 460;
const MAX_OPTIMIZED_BYTES = 60 * 1024;

export function findVerdicts(history: CodeHistory, sources: VerdictSources): FunctionVerdict[] {
  return new Verdicts(history, sources).all();
}

/** Those that were deoptimized, among the functions that are none of the file's. */
export function findOtherVerdicts(history: CodeHistory, sources: VerdictSources): OtherVerdict[] {
  return new Verdicts(history, sources).others();
}

class Verdicts {
  private readonly history: CodeHistory;
  private readonly sources: VerdictSources;
  private readonly places: LuaPlaces;

  constructor(history: CodeHistory, sources: VerdictSources) {
    this.history = history;
    this.sources = sources;
    this.places = new LuaPlaces(history, sources);
  }

  all(): FunctionVerdict[] {
    return this.sources.functions.map((described) => this.verdict(described));
  }

  others(): OtherVerdict[] {
    return this.history.functions.flatMap((known) => {
      const { versions, position } = known;
      const deopts = this.deoptsOf(versions.filter(isOptimized));
      const isEngines = position?.script.startsWith("node:") !== false;
      if (deopts.length === 0 || isEngines || this.places.own.has(known)) return [];
      const { name, place = "runtime" } = this.places.nameOf(known);
      const optimizations = versions.filter(isOptimized).length;
      return [{ name, place, tier: finalTier(versions), optimizations, deopts }];
    });
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
    return [...this.places.own].flatMap(([{ versions }, own]) =>
      own.index === index && own.isResumed === isResumed ? versions : [],
    );
  }

  private inlinesOf(version: CodeVersion): InlinedVerdict[] {
    return version.inlined.flatMap((call) => {
      if (call.callee === undefined || !this.places.isToBeTold(call.callee)) return [];
      const caller = call.parent === undefined ? undefined : version.inlined[call.parent];
      const isOurs = call.parent === undefined || this.places.isOurs(caller?.callee);
      const line = isOurs ? this.places.lineAt(call.offset, caller?.callee) : undefined;
      return [{ ...this.places.nameOf(call.callee), line }];
    });
  }

  private callersOf(index: number): InlinedVerdict[] {
    return this.history.functions.flatMap((caller) =>
      caller.versions.filter(isLive).flatMap((version) =>
        version.inlined.flatMap(({ callee, offset, parent }) => {
          if (callee === undefined || this.places.own.get(callee)?.index !== index) return [];
          const around = parent === undefined ? caller : version.inlined[parent]?.callee;
          const line = this.places.isOurs(around) ? this.places.lineAt(offset, around) : undefined;
          return around === undefined ? [] : [{ ...this.places.nameOf(around), line }];
        }),
      ),
    );
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
    const places = stack.map((position) => this.places.luaPlace(position));
    const first = places.findIndex((place) => place !== undefined);
    const line = places[first]?.line;
    const outer = places.findLast((place) => place !== undefined);
    const isInlined = stack.length > 1;
    const inner = stack[0];
    const blamed =
      !isInlined || inner === undefined
        ? undefined
        : this.places.blame(inner, places[0]?.functionIndex);
    return {
      reason,
      meaning: this.places.isCheckpoint(inner) ? CHECKPOINT_MEANING : explainDeopt(reason),
      bailout,
      tier,
      line,
      within: blamed,
      inlinedAt: isInlined && first === 0 ? outer?.line : undefined,
      count: 1,
    };
  }

  private reasonOf(
    { emittedName }: FunctionDescription,
    wasOptimized: boolean,
    bytecodeBytes: number | undefined,
  ): string | undefined {
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
