/** `gsub`: the loop over the matches, and what a match is replaced with. */
import { getIndex } from "../../core/access.ts";
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { first, type Pending } from "../../core/call.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { joined, MANY_PIECES } from "../../core/joinedText.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkNumber, checkString } from "../arguments.ts";
import { findPattern, type Pattern } from "./patterns/pattern.ts";
import { findTemplate, type Template } from "./replacementTemplate.ts";

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
  const replacer = replacerOf(replacement);
  return substitute(text, compiled, replacer, compiled.isAnchored ? Math.min(maximum, 1) : maximum);
}

/** What replaces a match: text, what a template makes of the match, or what a table or a function has for it. */
type Replacer = string | Template | LuaTable | FunctionReplacer;

/** Apart from templates, which are functions, too. */
class FunctionReplacer {
  readonly callee: LuaFunction;

  constructor(callee: LuaFunction) {
    this.callee = callee;
  }
}

/**
 * Does the replacements, or those that are left after a suspension. Nothing is allocated for it but what it makes: most
 * texts are short.
 *
 * @param maximum So many replacements at most, those already done included.
 * @param done What was done before the suspension.
 */
// eslint-disable-next-line max-params -- see above
function substitute(
  subject: string,
  pattern: Pattern,
  replacer: Replacer,
  maximum: number,
  done: Done = NOTHING,
): Results {
  let { output, copied, from, count } = done;
  while (count < maximum && from <= subject.length) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    const start = pattern.search(subject, from);
    if (start < 0) break;
    const { end } = pattern;
    count++;
    let text: string;
    if (typeof replacer === "string") {
      text = replacer;
    } else if (typeof replacer === "function") {
      text = replacer(pattern, subject, start);
    } else {
      // Whatever is called here may use the same pattern.
      const value = replacementOf(replacer, pattern, subject, start);
      if (typeof value === "string") {
        text = value;
      } else if (value === null) {
        const before = output + subject.slice(copied, start);
        const left = { output: before, copied: end, from: afterMatch(start, end), count };
        return leave(new Substitution({ subject, pattern, replacer, maximum, start, left }));
      } else {
        text = replacementText(value, subject, start, end);
      }
    }
    if (start > copied) output += subject.slice(copied, start);
    output += text;
    copied = end;
    from = afterMatch(start, end);
  }
  if (count === 0) return [subject, 0];
  const replaced = output + subject.slice(copied);
  return [count >= MANY_PIECES ? joined(replaced) : replaced, count];
}

/** How far a substitution has come. */
interface Done {
  readonly output: string;
  /** Up to here the subject is in the output. */
  readonly copied: number;
  /** Where the next search begins. */
  readonly from: number;
  readonly count: number;
}

const NOTHING: Done = { output: "", copied: 0, from: 0, count: 0 };

/** Where the search goes on. An empty match must not be found again: the character behind it is kept. */
function afterMatch(start: number, end: number): number {
  return end === start ? end + 1 : end;
}

const GSUB_CODE = builtinCode("string.gsub");

interface SubstitutionState {
  readonly subject: string;
  readonly pattern: Pattern;
  readonly replacer: LuaTable | FunctionReplacer;
  readonly maximum: number;
  /** Where the match begins whose replacement is awaited. */
  readonly start: number;
  /** What is done but for that replacement; the match ends where the copied part does. */
  readonly left: Done;
}

/** A call of `gsub` in which a function or a metamethod suspended. */
class Substitution extends BuiltinFrame {
  private readonly state: SubstitutionState;

  constructor(state: SubstitutionState) {
    super(GSUB_CODE);
    this.state = state;
  }

  run(results: Results): Results {
    const { subject, pattern, replacer, maximum, start, left } = this.state;
    const text = replacementText(firstOf(results), subject, start, left.copied);
    return substitute(subject, pattern, replacer, maximum, {
      ...left,
      output: left.output + text,
    });
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
      return new FunctionReplacer(replacement);
    default:
      return replacement instanceof LuaTable
        ? replacement
        : argumentError(3, "string/function/table expected");
  }
}

function replacementOf(
  replacer: LuaTable | FunctionReplacer,
  pattern: Pattern,
  subject: string,
  start: number,
): LuaValue | Pending {
  if (replacer instanceof LuaTable) return getIndex(replacer, pattern.firstCapture(subject, start));
  const { callee } = replacer;
  if (pattern.captureCount < 2) return first(callee(pattern.firstCapture(subject, start)));
  if (pattern.captureCount === 2) {
    return first(callee(pattern.capture(subject, 0), pattern.capture(subject, 1)));
  }
  return first(callee(...pattern.appendCaptures(subject, [])));
}

/** @throws LuaError "invalid replacement value (a table)" */
function replacementText(value: LuaValue, subject: string, start: number, end: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  if (value === undefined || value === false) return subject.slice(start, end);
  return callerError(`invalid replacement value (a ${typeOf(value)})`);
}
