/** A Lua pattern, ready to be matched. */
import type { LuaValue } from "../../../core/value.ts";
import { callerError } from "../../arguments.ts";
import { BoundedCache } from "../boundedCache.ts";
import { matcherGenerator } from "./generator.lazy.ts";
import { interpretMatcher } from "./interpretMatcher.ts";
import { parsePattern } from "./parsePattern.ts";
import { captureRegister, type CaptureKind, type Matcher, type PatternProgram } from "./program.ts";

/** Patterns remembered. A parsed pattern takes about 1 KB, its code some more. */
const CACHE_CAPACITY = 500;

/**
 * Code is generated for a pattern once so much was searched with it: making it costs about as much
 * as interpreting the pattern so many times.
 */
const INTERPRETED_SEARCHES = 30;
/** Searching so many characters counts as one more search. */
const SEARCH_UNIT_SHIFT = 6;

/** Makes a matcher of its own for a pattern; `undefined` where there is none. */
type Generate = (program: PatternProgram) => Matcher | undefined;

export class Pattern {
  readonly isAnchored: boolean;
  readonly captureCount: number;
  private readonly kinds: readonly CaptureKind[];
  /** Whether all captures are. */
  private readonly areTexts: boolean;
  /** Where the last match ended, and its captures: valid until the next search. */
  private readonly registers: Int32Array;
  private matcher: Matcher;

  /**
   * @param generate Makes the matcher once the pattern is used often.
   * @param matcher The first matcher, unless it is to be found here.
   */
  constructor(program: PatternProgram, generate: Generate | undefined, matcher?: Matcher) {
    this.isAnchored = program.isAnchored;
    this.captureCount = program.captures.length;
    this.kinds = program.captures;
    this.areTexts = program.captures.every((kind) => kind === "text");
    this.registers = new Int32Array(captureRegister(this.captureCount));
    this.matcher = matcher ?? this.firstMatcher(program, generate);
  }

  /** Interprets, counts, and generates when it is worth it. */
  private firstMatcher(program: PatternProgram, generate: Generate | undefined): Matcher {
    const interpret = interpretMatcher(program);
    let untilGenerated = INTERPRETED_SEARCHES;
    return (subject, from, registers) => {
      untilGenerated -= 1 + ((subject.length - from) >> SEARCH_UNIT_SHIFT);
      if (untilGenerated >= 0) return interpret(subject, from, registers);
      this.matcher = generate?.(program) ?? interpret;
      return this.matcher(subject, from, registers);
    };
  }

  /** Where the first match at or after an offset begins; -1 when there is none. */
  search(subject: string, from: number): number {
    return this.matcher(subject, from, this.registers);
  }

  /** Where the last match ended. */
  get end(): number {
    return this.registers[0] as number;
  }

  /**
   * A capture of the last match.
   *
   * @param index From 0, below `captureCount`.
   * @throws LuaError "unfinished capture"
   */
  capture(subject: string, index: number): string | number {
    const register = captureRegister(index);
    const start = this.registers[register] as number;
    if (!this.areTexts) {
      const kind = this.kinds[index];
      if (kind === "position") return start + 1;
      if (kind === "unfinished") callerError("unfinished capture");
    }
    return subject.slice(start, this.registers[register + 1]);
  }

  /** What the last match captured first, or all it matched. @param start Where it began. */
  firstCapture(subject: string, start: number): string | number {
    return this.captureCount > 0 ? this.capture(subject, 0) : subject.slice(start, this.end);
  }

  /** All captures of the last match, or all it matched, as a call gives them back. */
  captures(subject: string, start: number): string | number | readonly LuaValue[] {
    switch (this.captureCount) {
      case 0:
        return subject.slice(start, this.end);
      case 1:
        return this.capture(subject, 0);
      // A literal takes no more room than it needs; an array that grows, room for 17.
      case 2:
        return [this.capture(subject, 0), this.capture(subject, 1)];
      case 3:
        return [this.capture(subject, 0), this.capture(subject, 1), this.capture(subject, 2)];
      default:
        return this.appendCaptures(subject, []);
    }
  }

  /** Adds all captures of the last match to an array. */
  appendCaptures(subject: string, values: LuaValue[]): LuaValue[] {
    for (let index = 0; index < this.captureCount; index++) {
      values.push(this.capture(subject, index));
    }
    return values;
  }
}

const generate: Generate = (program) => matcherGenerator().generateMatcher(program);

const patterns = new BoundedCache(
  CACHE_CAPACITY,
  (source) => new Pattern(parsePattern(source, true), generate),
);

const unanchoredPatterns = new BoundedCache(
  CACHE_CAPACITY,
  (source) => new Pattern(parsePattern(source, false), generate),
);

export function findPattern(source: string): Pattern {
  return patterns.get(source);
}

/** A pattern in which a leading `^` is an ordinary character, as `gmatch` takes it. */
export function findUnanchoredPattern(source: string): Pattern {
  return source.startsWith("^") ? unanchoredPatterns.get(source) : patterns.get(source);
}
