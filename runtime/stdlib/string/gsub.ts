/** `gsub`: the loop over the matches, and what a match is replaced with. */
import { getIndex } from "../../core/access.ts";
import { callFirst, SUSP } from "../../core/call.ts";
import { fault } from "../../core/error.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkNumber, checkString } from "../arguments.ts";
import { findPattern, type Pattern } from "./patterns/pattern.ts";
import { findTemplate, type Replacer } from "./replacementTemplate.ts";

/** What a double becomes in C's `int` by way of 64 bits: nothing is left from here on. */
const INT64_LIMIT = 2 ** 63;

export function gsub(
  subject: LuaValue,
  pattern: LuaValue,
  replacement: LuaValue,
  limit: LuaValue,
): Results {
  const text = checkString(subject, 1);
  const compiled = findPattern(checkString(pattern, 2));
  const maximum = limit === undefined ? text.length + 1 : toLimit(checkNumber(limit, 4));
  return new Substitution(text, compiled, replacerOf(replacement), maximum).loop();
}

/** One call of `gsub`. All of its progress is here, so that it can be left and gone on with. */
class Substitution {
  private readonly subject: string;
  private readonly pattern: Pattern;
  private readonly replacer: Replacer;
  private readonly maximum: number;
  private output = "";
  /** Up to here the subject is in the output. */
  private copied = 0;
  /** Where the next search begins. */
  private from = 0;
  private count = 0;

  constructor(subject: string, pattern: Pattern, replacer: Replacer, maximum: number) {
    this.subject = subject;
    this.pattern = pattern;
    this.replacer = replacer;
    this.maximum = maximum;
  }

  /** Does all the replacements that are left. */
  loop(): Results {
    const { subject, pattern, replacer, maximum } = this;
    while (this.count < maximum && this.from <= subject.length) {
      const start = pattern.search(subject, this.from);
      if (start < 0) break;
      const { end } = pattern;
      this.count++;
      this.output += subject.slice(this.copied, start) + replacer(pattern, subject, start);
      this.copied = end;
      // An empty match must not be found again: the character behind it is kept.
      this.from = end === start ? end + 1 : end;
      if (pattern.isAnchored) break;
    }
    const result = this.count === 0 ? subject : this.output + subject.slice(this.copied);
    return [result, this.count];
  }
}

function toLimit(number: number): number {
  return Math.abs(number) < INT64_LIMIT ? number | 0 : 0;
}

function replacerOf(replacement: LuaValue): Replacer {
  switch (typeof replacement) {
    case "string":
      return findTemplate(replacement);
    case "number":
      return findTemplate(numberToString(replacement));
    case "function":
      return callReplacer(replacement);
    default:
      return replacement instanceof LuaTable
        ? tableReplacer(replacement)
        : argumentError(3, "string/function/table expected");
  }
}

function callReplacer(callee: LuaFunction): Replacer {
  return (pattern, subject, start) => {
    // Read before the call, which may use the same pattern.
    const { end } = pattern;
    const value =
      pattern.captureCount < 2
        ? callFirst(callee, pattern.firstCapture(subject, start))
        : callFirst(callee, ...pattern.appendCaptures(subject, []));
    return replacementText(value, subject, start, end);
  };
}

function tableReplacer(table: LuaTable): Replacer {
  return (pattern, subject, start) => {
    const { end } = pattern;
    const value = getIndex(table, pattern.firstCapture(subject, start));
    if (value === SUSP) return fault.message("attempt to yield across C-call boundary");
    return replacementText(value as LuaValue, subject, start, end);
  };
}

/** @throws LuaError "invalid replacement value (a table)" */
function replacementText(value: LuaValue, subject: string, start: number, end: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  if (value === undefined || value === false) return subject.slice(start, end);
  return callerError(`invalid replacement value (a ${typeOf(value)})`);
}
