/**
 * Matches by walking the program: for patterns that are used a few times only, for those too large
 * to generate code for, and for hosts that forbid generated code.
 */
import { ALARM, alarm, checkpoint } from "../../../core/budget.ts";
import { callerError } from "../../arguments.ts";
import type { CharacterSet } from "./characterSet.ts";
import {
  balancedEnd,
  captureRegister,
  isRequired,
  type Matcher,
  type PatternItem,
  type PatternProgram,
  type SingleItem,
} from "./program.ts";

/** So deep may `matchFrom` call itself; LuaJIT's LJ_MAX_XLEVEL. */
export const MAX_DEPTH = 200;

export function interpretMatcher(program: PatternProgram): Matcher {
  const interpreter = new Interpreter(program.items);
  return (subject, from, registers) => {
    interpreter.subject = subject;
    interpreter.registers = registers;
    const start = interpreter.search(from, program.isAnchored ? from : subject.length);
    // Patterns are kept for long; subjects need not be.
    interpreter.subject = "";
    return start;
  };
}

class Interpreter {
  subject = "";
  registers: Int32Array = new Int32Array();
  private depth = 0;
  private readonly items: readonly PatternItem[];

  constructor(items: readonly PatternItem[]) {
    this.items = items;
  }

  /** Tries each place from `from` to `last`. */
  search(from: number, last: number): number {
    for (let start = from; start <= last; start++) {
      this.depth = 0;
      const end = this.matchFrom(0, start);
      if (end < 0) continue;
      this.registers[0] = end;
      return start;
    }
    return -1;
  }

  /**
   * Matches the items from `index` on. Calls itself exactly where LuaJIT does, so that "too
   * complex" means the same.
   *
   * @returns The end of the match; -1 when there is none.
   */
  private matchFrom(index: number, start: number): number {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    if (++this.depth > MAX_DEPTH) callerError("pattern too complex");
    const end = this.run(index, start);
    this.depth--;
    return end;
  }

  private run(firstIndex: number, start: number): number {
    const { items, subject, registers } = this;
    let offset = start;
    for (let index = firstIndex; ; index++) {
      const item = items[index];
      if (item === undefined) return offset;
      switch (item.kind) {
        case "single":
          if (item.repeat === "lazy") return this.expandLazily(item, index, offset);
          if (item.repeat === "many" || item.repeat === "some") {
            return this.expand(item, index, offset);
          }
          if (this.isMember(item, offset)) {
            if (item.repeat === "once") {
              offset++;
              break;
            }
            const end = this.matchFrom(index + 1, offset + 1);
            if (end >= 0) return end;
          } else if (item.repeat === "once") {
            return -1;
          }
          break;
        case "open":
          registers[captureRegister(item.capture)] = offset;
          return this.matchFrom(index + 1, offset);
        case "close":
          registers[captureRegister(item.capture) + 1] = offset;
          return this.matchFrom(index + 1, offset);
        case "balanced":
          offset = balancedEnd(subject, offset, item.opening, item.closing);
          if (offset < 0) return -1;
          break;
        case "frontier":
          if (!this.isFrontier(item.set, offset)) return -1;
          break;
        case "repeated":
          offset = this.repeatedEnd(item.capture, offset);
          if (offset < 0) return -1;
          break;
        case "end":
          return offset === subject.length ? offset : -1;
        case "never":
          return -1;
        case "malformed":
          return callerError(item.message);
      }
    }
  }

  /** As many as possible, then fewer until the rest matches. */
  private expand(item: SingleItem, index: number, start: number): number {
    let offset = start;
    while (this.isMember(item, offset)) offset++;
    const least = isRequired(item) ? start + 1 : start;
    for (; offset >= least; offset--) {
      const end = this.matchFrom(index + 1, offset);
      if (end >= 0) return end;
    }
    return -1;
  }

  /** As few as possible, then more until the rest matches. */
  private expandLazily(item: SingleItem, index: number, start: number): number {
    for (let offset = start; ; offset++) {
      const end = this.matchFrom(index + 1, offset);
      if (end >= 0) return end;
      if (!this.isMember(item, offset)) return -1;
    }
  }

  /** Whether a set begins here. Before and behind the subject there is a NUL. */
  private isFrontier({ members }: CharacterSet, offset: number): boolean {
    const { subject } = this;
    const before = offset === 0 ? 0 : subject.charCodeAt(offset - 1);
    const after = offset < subject.length ? subject.charCodeAt(offset) : 0;
    return members[before] !== 1 && members[after] === 1;
  }

  /** The end of what a capture captured, repeated here; -1 when it is not. */
  private repeatedEnd(capture: number, offset: number): number {
    const { subject, registers } = this;
    const register = captureRegister(capture);
    const text = subject.slice(registers[register], registers[register + 1]);
    return subject.startsWith(text, offset) ? offset + text.length : -1;
  }

  private isMember(item: SingleItem, offset: number): boolean {
    const { subject } = this;
    return offset < subject.length && item.set.members[subject.charCodeAt(offset)] === 1;
  }
}
