/**
 * Every diagnostic: one entry for each code. Of errors in the syntax the message is in LuaJIT's own
 * words (programs match on them) and the hint in ours; what `spacer check` finds is all in ours. A
 * code explains itself and is never used for anything else. Each has a case in fixtures/diagnostics
 * and a page in docs/diagnostics; a test says when one is missing.
 */
import { ruleEntries } from "./rules.ts";
import { error } from "./entry.ts";

interface Near {
  /** The text of the token that an error was found at; "" leaves it out. */
  readonly near: string;
}

/** Line of the word `function` of the function that is too large; 0 for the main chunk. */
interface TooLargeFunction {
  readonly firstLine: number;
}

interface NotClosed extends Near {
  /** What closes it: "end", "until", ")", "}". */
  readonly expected: string;
  /** What is not closed: "if", "(", ... */
  readonly opener: string;
  readonly openerLine: number;
  /** Whether the error is on the opener's line; the message leaves the opener out then. */
  readonly isSameLine: boolean;
}

export const catalog = {
  "unexpected-symbol": error<Near>(
    ({ near }) => nearToken("unexpected symbol", near),
    ({ near }) =>
      foreignHints.get(near) ??
      symbolHints.get(near) ??
      `an expression or a statement can't begin with '${near}'`,
  ),
  "expected-token": error<Near & { readonly expected: string }>(
    ({ expected, near }) => nearToken(`'${expected}' expected`, near),
    ({ expected, near }) => {
      if (expected !== "=") return near === "=" ? comparisonHint : foreignHints.get(near);
      return (
        assignmentHints.get(near) ?? "an expression alone is no statement: assign it or call it"
      );
    },
  ),
  "expected-name": error<Near>(
    ({ near }) => nearToken("'<name>' expected", near),
    ({ near }) =>
      /^[a-z]+$/.test(near) ? `'${near}' is a reserved word: choose another name` : undefined,
  ),
  "expected-parameter": error<Near>(
    ({ near }) => nearToken("<name> or '...' expected", near),
    () => "a parameter is a name; '...' may be the last one",
  ),
  "expected-arguments": error<Near>(
    ({ near }) => nearToken("function arguments expected", near),
    () =>
      "'object:method' is always a call: write 'object:method()', or 'object.method' for the value",
  ),
  "incomplete-for": error<Near>(
    ({ near }) => nearToken("'=' or 'in' expected", near),
    () => "write 'for i = first, last do' or 'for key, value in pairs(t) do'",
  ),
  "not-closed": error<NotClosed>(
    ({ expected, opener, openerLine, isSameLine, near }) =>
      nearToken(
        isSameLine
          ? `'${expected}' expected`
          : `'${expected}' expected (to close '${opener}' at line ${String(openerLine)})`,
        near,
      ),
    ({ expected, opener, openerLine, near }) =>
      foreignHints.get(near) ??
      (near === "=" && opener === "("
        ? comparisonHint
        : `the '${opener}' of line ${String(openerLine)} has no '${expected}' yet`),
  ),
  "text-after-end": error<Near>(
    ({ near }) => nearToken("'<eof>' expected", near),
    ({ near }) =>
      blockEnds.has(near)
        ? `there is one '${near}' too many, here or further up`
        : "'return' and 'break' must be the last statement of a block",
  ),
  "not-a-statement": error<Near>(
    ({ near }) => nearToken("syntax error", near),
    () => "only variables and fields can be assigned to, and only calls stand alone",
  ),
  "ambiguous-call": error<Near>(
    ({ near }) => nearToken("ambiguous syntax (function call x new statement)", near),
    () => "put '(' on the line of the function to call it, or ';' before it to begin a statement",
  ),
  "unfinished-string": error<Near>(
    ({ near }) => nearToken("unfinished string", near),
    () => "close the string on its line; [[...]] may span lines",
  ),
  "unfinished-long-string": error<Near>(
    ({ near }) => nearToken("unfinished long string", near),
    () => "a long string ends with ']]', with as many '=' between as at its beginning",
  ),
  "unfinished-long-comment": error<Near>(
    ({ near }) => nearToken("unfinished long comment", near),
    () => "a long comment ends with ']]', with as many '=' between as at its beginning",
  ),
  "invalid-escape": error<Near & { readonly isTooLarge: boolean }>(
    // Lua 5.1 takes any letter for itself; only numbers can be wrong.
    ({ near, isTooLarge }) =>
      nearToken(isTooLarge ? "escape sequence too large" : "invalid escape sequence", near),
    () =>
      "write '\\\\' for a backslash; escapes are \\n \\t \\\\ \\\" \\ddd \\xXX \\u{XXX} \\z ...",
  ),
  "invalid-long-bracket": error<Near & { readonly isNested: boolean }>(
    ({ near, isNested }) =>
      nearToken(
        isNested ? "nesting of [[...]] is deprecated" : "invalid long string delimiter",
        near,
      ),
    ({ isNested }) =>
      isNested
        ? "write '[=[ ... ]=]' around text with '[['"
        : "a long string begins with '[[', or '[=[' with any number of '='",
  ),
  "malformed-number": error<Near>(
    ({ near }) => nearToken("malformed number", near),
    () => "a name can't begin with a digit, and '..' after a number needs a space before it",
  ),
  "unsupported-number": error<{ readonly literal: string }>(
    ({ literal }) =>
      /i$/i.test(literal)
        ? `complex number '${literal}' is not available: all numbers are doubles`
        : `64-bit integer '${literal}' is not available: all numbers are doubles`,
    () => "LuaJIT makes an FFI object of such a number; leave the suffix out to get a plain number",
  ),
  "vararg-outside-vararg-function": error<Near>(
    ({ near }) => nearToken("cannot use '...' outside a vararg function", near),
    () => "declare the function with '...' as its last parameter; inner functions don't inherit it",
  ),
  "break-outside-loop": error<Near>(
    ({ near }) => nearToken("no loop to break", near),
    () => "'break' leaves a loop of the same function; 'return' leaves the function",
  ),
  "undefined-label": error<{ readonly label: string }>(
    ({ label }) => `undefined label '${label}'`,
    ({ label }) => `put '::${label}::' in this block or in one around it, in the same function`,
  ),
  "duplicate-label": error<{ readonly label: string }>(
    ({ label }) => `duplicate label '${label}'`,
    () => "a block can have a label only once",
  ),
  "goto-into-scope": error<{ readonly label: string; readonly local: string }>(
    ({ label, local }) => `<goto ${label}> jumps into the scope of local '${local}'`,
    ({ local }) =>
      `declare '${local}' before the goto, or put it and its uses into a 'do ... end' block`,
  ),
  "too-many-locals": error<TooLargeFunction>(
    (details) => tooMany(details, "200 local variables"),
    () => "put related variables into a table, or parts of the code into blocks or functions",
  ),
  "too-many-upvalues": error<TooLargeFunction>(
    (details) => tooMany(details, "60 upvalues"),
    () => "put related variables of the enclosing functions into a table",
  ),
  "too-many-targets": error<TooLargeFunction & { readonly what: string }>(
    (details) => tooMany(details, details.what),
    () => "split the assignment",
  ),
  "too-many-levels": error<object>(
    () => "chunk has too many syntax levels",
    () => "200 nested blocks, functions, parentheses and right operands of '..' are the limit",
  ),
  bytecode: error<{ readonly hasHeader: boolean }>(
    ({ hasHeader }) => `cannot load ${hasHeader ? "malformed" : "incompatible"} bytecode`,
    () => "this is compiled Lua; give the source",
  ),
  ...ruleEntries,
};

export type DiagnosticCode = keyof typeof catalog;

/** What the message of a code needs to know. */
export type DetailsOf<Code extends DiagnosticCode> = Parameters<
  (typeof catalog)[Code]["message"]
>[0];

function nearToken(text: string, near: string): string {
  return near === "" ? text : `${text} near '${near}'`;
}

function tooMany({ firstLine }: TooLargeFunction, limit: string): string {
  const where = firstLine === 0 ? "main function" : `function at line ${String(firstLine)}`;
  return `${where} has more than ${limit}`;
}

const blockEnds = new Set(["end", "else", "elseif", "until"]);

const bitwiseHint =
  "Lua writes 'and', 'or' and 'not'; for bits there are bit.band, bit.bor, bit.bxor";

const comparisonHint = "'=' assigns; write '==' to compare";

/** What those who come from other languages write where Lua has something else. */
const foreignHints = new Map([
  ["!", "Lua writes 'not' for '!' and '~=' for '!='"],
  ["&", bitwiseHint],
  ["|", bitwiseHint],
  ["~", bitwiseHint],
]);

const symbolHints = new Map([
  ["<eof>", "the source ends in the middle of a statement"],
  ["=", "only variables and fields can be assigned to; write '==' to compare"],
  ["/", "a comment begins with '--'; for whole division write math.floor(a / b)"],
  [";", "there are no empty statements: leave the ';' out"],
]);

const compoundHint = "Lua has no '+=' or '++': write x = x + 1";

const assignmentHints = new Map([
  ["+", compoundHint],
  ["-", compoundHint],
  ["*", compoundHint],
  ["/", compoundHint],
  ["..", compoundHint],
  ["==", "'==' compares; write '=' to assign"],
  [":", "write 'object:method()' to call a method"],
]);
