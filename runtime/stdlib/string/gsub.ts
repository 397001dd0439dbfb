/** `gsub`: the loop over the matches, and what a match is replaced with. */
import { getIndex } from "../../core/access.ts";
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { first, isSuspension, type Suspension } from "../../core/call.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkNumber, checkString } from "../arguments.ts";
import { findPattern, type Pattern } from "./patterns/pattern.ts";
import { findTemplate } from "./replacementTemplate.ts";

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

/**
 * What replaces the last match, which begins at `start`: a text, nil or false to keep the match, or
 * another value, which is an error.
 */
type Replacer = (pattern: Pattern, subject: string, start: number) => LuaValue | Suspension;

const GSUB_CODE = builtinCode("string.gsub");

/** One call of `gsub`; left where what it calls for a replacement suspends. */
class Substitution extends BuiltinFrame {
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
  /** Of the last match. Whatever is called meanwhile may use the same pattern. */
  private start = 0;
  private end = 0;

  constructor(subject: string, pattern: Pattern, replacer: Replacer, maximum: number) {
    super(GSUB_CODE);
    this.subject = subject;
    this.pattern = pattern;
    this.replacer = replacer;
    this.maximum = pattern.isAnchored ? Math.min(maximum, 1) : maximum;
  }

  /** Does all the replacements that are left. */
  loop(): Results {
    const { subject, pattern, replacer, maximum } = this;
    while (this.count < maximum && this.from <= subject.length) {
      if (alarm[ALARM.raised] !== 0) checkpoint();
      const start = pattern.search(subject, this.from);
      if (start < 0) break;
      this.start = start;
      this.end = pattern.end;
      this.count++;
      const value = replacer(pattern, subject, start);
      if (isSuspension(value)) return leave(this);
      this.replace(value);
    }
    const result = this.count === 0 ? subject : this.output + subject.slice(this.copied);
    return [result, this.count];
  }

  run(results: Results): Results {
    this.replace(firstOf(results));
    return this.loop();
  }

  private replace(value: LuaValue): void {
    const { subject, start, end } = this;
    this.output += subject.slice(this.copied, start) + replacementText(value, subject, start, end);
    this.copied = end;
    // An empty match must not be found again: the character behind it is kept.
    this.from = end === start ? end + 1 : end;
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
  return (pattern, subject, start) =>
    first(
      pattern.captureCount < 2
        ? callee(pattern.firstCapture(subject, start))
        : callee(...pattern.appendCaptures(subject, [])),
    );
}

function tableReplacer(table: LuaTable): Replacer {
  return (pattern, subject, start) => getIndex(table, pattern.firstCapture(subject, start));
}

/** @throws LuaError "invalid replacement value (a table)" */
function replacementText(value: LuaValue, subject: string, start: number, end: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  if (value === undefined || value === false) return subject.slice(start, end);
  return callerError(`invalid replacement value (a ${typeOf(value)})`);
}
