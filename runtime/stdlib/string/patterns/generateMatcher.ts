/**
 * Matches by JavaScript made for the pattern: a tenth to a third of the time the interpreter takes,
 * mostly less than a RegExp. The code for `(%w+)=` is
 *
 *     const length = subject.length;
 *     search: for (let start = from; start <= length - 2; start++) {
 *       if (alarm[0] !== 0) checkpoint();
 *       let p0 = start;
 *       while (p0 < length && table0[subject.charCodeAt(p0)] === 1) p0++;
 *       if (p0 === start) continue search;
 *       if (p0 + 1 > length) { start = p0; continue search; }
 *       if (!(subject.charCodeAt(p0) === 61)) { start = p0; continue search; }
 *       registers[0] = p0 + 1;
 *       registers[1] = start;
 *       registers[2] = p0;
 *       return start;
 *     }
 *     return -1;
 *
 * Where a pattern begins with a run as here, and matching fails behind it, the search goes on behind the run.
 *
 * The items nest: what follows a repetition that may have to give back is the body of the loop that
 * gives back, and to fail is to go on with the innermost such loop. Captures cost nothing until the
 * match is complete: where one begins and ends is a variable and a distance.
 *
 * Loops that may go on for long, because there are others inside them, have a checkpoint (budget.ts).
 */
import { ALARM, alarm, checkpoint } from "../../../core/budget.ts";
import { callerError } from "../../arguments.ts";
import { searchText } from "../searchText.ts";
import {
  alwaysMatches,
  deepens,
  firstRunToSkip,
  isBounded,
  leastLength,
  literalAt,
  mayGiveBack,
  requiredFrom,
} from "./analyzeProgram.ts";
import type { CharacterSet } from "./characterSet.ts";
import { MAX_DEPTH } from "./interpretMatcher.ts";
import {
  balancedEnd,
  captureRegister,
  isRequired,
  type Matcher,
  type PatternItem,
  type PatternProgram,
  type SingleItem,
} from "./program.ts";

/** A pattern with more items is rare, and not worth a large function. */
const MAX_ITEMS = 400;

/** Deeper nested loops are left to the interpreter. */
const MAX_NESTED_LOOPS = 40;

/** A matcher in JavaScript; `undefined` when the pattern does not lend itself to it, and where the host allows no generated code. */
export function generateMatcher(program: PatternProgram): Matcher | undefined {
  if (!(mayGenerate ??= mayGenerateCode())) return undefined;
  const generator = new MatcherGenerator(program);
  return generator.isFit() ? generator.generate() : undefined;
}

let mayGenerate: boolean | undefined;

/** Whether the host allows generated code. */
export function mayGenerateCode(): boolean {
  try {
    makeFunction("");
    return true;
  } catch {
    return false;
  }
}

const CHECKPOINT = `if (alarm[${String(ALARM.raised)}] !== 0) checkpoint();`;

/** Makes of code the function that it is the body of. */
function makeFunction(code: string, ...names: string[]): (...values: unknown[]) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the point of this file; the code consists of numbers and quoted strings
  return new Function(...names, code) as (...values: unknown[]) => unknown;
}

/** A place in the subject: a variable of the generated code and a distance from it. */
interface Place {
  readonly variable: string;
  readonly distance: number;
}

class MatcherGenerator {
  private readonly items: readonly PatternItem[];
  private readonly program: PatternProgram;
  private readonly tables: Uint8Array[] = [];
  private readonly starts: Place[] = [];
  private readonly ends: (Place | undefined)[] = [];
  private readonly code: string[] = [];
  private variableCount = 0;
  /** So many of the characters that come next are known to match. */
  private foundItems = 0;

  /** The index of a first item whose run need not be tried again from places within it; else -1. */
  private readonly skippedRun: number;

  constructor(program: PatternProgram) {
    this.program = program;
    this.items = program.items;
    this.skippedRun = program.isAnchored ? -1 : firstRunToSkip(program.items);
  }

  isFit(): boolean {
    const { items } = this;
    // Generated code does not count how deep matching gets: so it must not get too deep.
    const depth = items.filter(deepens).length;
    const loops = items.filter((_, index) => mayGiveBack(items, index)).length;
    return depth < MAX_DEPTH && loops <= MAX_NESTED_LOOPS && items.length <= MAX_ITEMS;
  }

  generate(): Matcher {
    const { code } = this;
    code.push('"use strict";', "return (subject, from, registers) => {");
    code.push("const length = subject.length;");
    if (this.program.isAnchored) {
      code.push("const start = from;");
      this.emit(0, { variable: "start", distance: 0 }, "return -1;");
    } else {
      const last = place({ variable: "length", distance: -leastLength(this.items) });
      code.push(`search: for (let start = from; start <= ${last}; start++) {`);
      if (!this.items.every(isBounded)) code.push(CHECKPOINT);
      const prefix = literalAt(this.items, 0);
      if (prefix !== "") {
        // V8 searches ten times as fast as a loop, and no slower where there is much to find.
        code.push(`start = searchText(subject, ${JSON.stringify(prefix)}, start);`);
        code.push("if (start < 0) return -1;");
        this.foundItems = prefix.length;
      }
      this.emit(0, { variable: "start", distance: 0 }, "continue search;");
      code.push("}", "return -1;");
    }
    code.push("};");
    const names = this.tables.map((_, index) => `table${String(index)}`);
    const outside = { alarm, checkpoint, searchText, balancedEnd, raise: callerError };
    const make = makeFunction(code.join("\n"), ...Object.keys(outside), ...names);
    return make(...Object.values(outside), ...this.tables) as Matcher;
  }

  /** @param failure The statement to run when what is emitted here does not match. */
  private emit(firstIndex: number, start: Place, failure: string): void {
    let fail = failure;
    let here = start;
    /** So many characters from `here` on are known to exist. */
    let known = 0;
    for (let index = firstIndex; ; index++) {
      const item = this.items[index];
      if (item === undefined) {
        this.emitSuccess(here);
        return;
      }
      if (this.foundItems > 0 && item.kind === "single") {
        this.foundItems--;
        here = moved(here, 1);
      } else if (item.kind === "single" && item.repeat === "once") {
        if (known === 0) {
          known = requiredFrom(this.items, index);
          this.code.push(`if (${place(moved(here, known))} > length) ${fail}`);
        }
        this.emitTest(item.set, here, fail);
        here = moved(here, 1);
        known--;
      } else if (item.kind === "single") {
        if (mayGiveBack(this.items, index)) {
          this.emitLoop(item, index, here, fail);
          return;
        }
        const run = this.emitRun(item, index, here, fail);
        if (index === this.skippedRun && here.variable === "start") {
          // From places within the run, the same rest would fail again.
          fail = `{ start = ${place(run)}; continue search; }`;
        }
        here = run;
      } else if (item.kind === "open") {
        this.starts[item.capture] = here;
      } else if (item.kind === "close") {
        this.ends[item.capture] = here;
      } else {
        const next = this.emitOther(item, here, fail);
        if (next === undefined) return;
        here = next;
      }
    }
  }

  /** @returns Where the next item begins; `undefined` when the code never gets there. */
  private emitOther(
    item: Exclude<PatternItem, SingleItem | { kind: "open" } | { kind: "close" }>,
    here: Place,
    fail: string,
  ): Place | undefined {
    const { code } = this;
    switch (item.kind) {
      case "balanced": {
        const variable = this.newVariable();
        const { opening, closing } = item;
        const span = [place(here), String(opening), String(closing)].join(", ");
        code.push(`const ${variable} = balancedEnd(subject, ${span});`);
        code.push(`if (${variable} < 0) ${fail}`);
        return { variable, distance: 0 };
      }
      case "frontier": {
        const [before, after] = [this.newVariable(), this.newVariable()];
        const [at, previous] = [place(here), place(moved(here, -1))];
        code.push(`const ${before} = ${at} === 0 ? 0 : subject.charCodeAt(${previous});`);
        code.push(`const ${after} = ${at} < length ? subject.charCodeAt(${at}) : 0;`);
        code.push(
          `if (${this.test(item.set, before)} || !(${this.test(item.set, after)})) ${fail}`,
        );
        return here;
      }
      case "repeated": {
        const variable = this.newVariable();
        const span = `${this.placeOf(this.starts, item.capture)}, ${this.placeOf(this.ends, item.capture)}`;
        code.push(`const ${variable} = subject.slice(${span});`);
        code.push(`if (!subject.startsWith(${variable}, ${place(here)})) ${fail}`);
        const end = this.newVariable();
        code.push(`const ${end} = ${place(here)} + ${variable}.length;`);
        return { variable: end, distance: 0 };
      }
      case "end":
        code.push(`if (${place(here)} !== length) ${fail}`);
        return here;
      case "never":
        code.push(fail);
        return undefined;
      case "malformed":
        code.push(`return raise(${JSON.stringify(item.message)});`);
        return undefined;
    }
  }

  /** A repetition that takes what it can and never gives back. */
  private emitRun(item: SingleItem, index: number, here: Place, fail: string): Place {
    if (item.repeat === "lazy" && alwaysMatches(this.items, index + 1)) return here;
    const variable = this.newVariable();
    this.emitGreedyRun(item, variable, here);
    if (isRequired(item)) this.code.push(`if (${variable} === ${place(here)}) ${fail}`);
    return { variable, distance: 0 };
  }

  private emitGreedyRun(item: SingleItem, variable: string, here: Place): void {
    if (isAll(item.set) && item.repeat !== "optional") {
      this.code.push(`let ${variable} = length;`);
      return;
    }
    const test = this.testAt(item.set, variable);
    const loop = item.repeat === "optional" ? "if" : "while";
    this.code.push(`let ${variable} = ${place(here)};`);
    this.code.push(`${loop} (${variable} < length && ${test}) ${variable}++;`);
  }

  /** A repetition, and in it all that follows. */
  private emitLoop(item: SingleItem, index: number, here: Place, fail: string): void {
    const { code } = this;
    const variable = this.newVariable();
    const label = `${variable}loop`;
    if (item.repeat !== "lazy") {
      this.emitGreedyRun(item, variable, here);
      const least = place(moved(here, isRequired(item) ? 1 : 0));
      code.push(`${label}: for (; ${variable} >= ${least}; ${variable}--) {`, CHECKPOINT);
      this.emit(index + 1, { variable, distance: 0 }, `continue ${label};`);
      code.push("}", fail);
      return;
    }
    code.push(`for (let ${variable} = ${place(here)}; ; ${variable}++) {`, CHECKPOINT);
    const literal = isAll(item.set) ? literalAt(this.items, index + 1) : "";
    if (literal !== "") {
      // `.-` before a literal: go from one occurrence of it to the next.
      code.push(`${variable} = searchText(subject, ${JSON.stringify(literal)}, ${variable});`);
      code.push(`if (${variable} < 0) ${fail}`);
    }
    code.push(`${label}: {`);
    this.emit(index + 1, { variable, distance: 0 }, `break ${label};`);
    code.push("}");
    code.push(`if (${variable} >= length || !(${this.testAt(item.set, variable)})) ${fail}`);
    code.push("}");
  }

  private emitSuccess(end: Place): void {
    const { code } = this;
    code.push(`registers[0] = ${place(end)};`);
    this.program.captures.forEach((kind, index) => {
      if (kind === "unfinished") return;
      const register = captureRegister(index);
      code.push(`registers[${String(register)}] = ${this.placeOf(this.starts, index)};`);
      if (kind === "position") return;
      code.push(`registers[${String(register + 1)}] = ${this.placeOf(this.ends, index)};`);
    });
    code.push("return start;");
  }

  private emitTest(set: CharacterSet, here: Place, fail: string): void {
    const test = this.testAt(set, place(here));
    if (test !== "true") this.code.push(`if (!(${test})) ${fail}`);
  }

  private testAt(set: CharacterSet, offset: string): string {
    return this.test(set, `subject.charCodeAt(${offset})`);
  }

  /** An expression that says whether a code is in a set. */
  private test(set: CharacterSet, code: string): string {
    const [first, second] = set.ranges;
    if (first === undefined) return "false";
    const [low, high] = first;
    if (second === undefined) {
      if (low === high) return `${code} === ${String(low)}`;
      if (isAll(set)) return "true";
      return `(${code} - ${String(low)}) >>> 0 <= ${String(high - low)}`;
    }
    // All but one: `[^"]`.
    const isComplement = set.ranges.length === 2 && low === 0 && second[1] === 255;
    if (isComplement && second[0] === high + 2) return `${code} !== ${String(high + 1)}`;
    return `${this.table(set)}[${code}] === 1`;
  }

  private table(set: CharacterSet): string {
    let index = this.tables.indexOf(set.members);
    if (index < 0) index = this.tables.push(set.members) - 1;
    return `table${String(index)}`;
  }

  private placeOf(places: readonly (Place | undefined)[], capture: number): string {
    const found = places[capture];
    return found === undefined ? "0" : place(found);
  }

  private newVariable(): string {
    return `p${String(this.variableCount++)}`;
  }
}

function isAll(set: CharacterSet): boolean {
  const [first] = set.ranges;
  return first?.[0] === 0 && first[1] === 255;
}

function moved(from: Place, distance: number): Place {
  return { variable: from.variable, distance: from.distance + distance };
}

/** The expression for a place. */
function place({ variable, distance }: Place): string {
  if (distance === 0) return variable;
  return distance < 0 ? `${variable} - ${String(-distance)}` : `${variable} + ${String(distance)}`;
}
