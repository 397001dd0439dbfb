/**
 * Phase 1: source text to AST. First the recognizer goes over the program as LuaJIT's parser would:
 * it finds the first error, in LuaJIT's words, and notes the leaves of the tree and all places. A
 * program without errors is parsed by luaparse, which puts the tree together.
 */
import type { Chunk } from "../ast.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceText } from "../source.ts";
import { fromLuaparse } from "./fromLuaparse.ts";
import { recognizeChunk } from "./recognizeStatement.ts";
import { Recognizer } from "./recognizer.ts";
import type { SourceNotes } from "./sourceNotes.ts";
import { SyntaxFault } from "./syntaxFault.ts";

export { readEvaluable } from "./readEvaluable.ts";

export interface ParseOptions {
  /**
   * Whether LuaJIT's Lua 5.2 compatibility is on (the dialect `openresty`): `goto` is reserved,
   * `break` and `;` may stand anywhere, and a call's arguments may begin on a new line.
   */
  readonly isLua52Compatible?: boolean;
  /**
   * Whether the source is one of PUC Lua 5.1 (the dialect `5.1`): without `goto`, labels and LuaJIT's
   * escapes and numerals, and with a variable `arg` in functions that have `...` and don't use it.
   */
  readonly isPuc51?: boolean;
  /** Whether that `arg` is there even if nothing names it: the debug library shows it. */
  readonly keepsArg?: boolean;
}

/** The first byte of a precompiled chunk. */
const BYTECODE_MARK = 27;

/** The tree of a chunk; `undefined` when an error has been reported. Never throws for any text. */
export function parse(
  source: SourceText,
  report: (diagnostic: Diagnostic) => void,
  options: ParseOptions = {},
): Chunk | undefined {
  if (source.text.charCodeAt(source.programStart) === BYTECODE_MARK) {
    const hasHeader = source.programStart > 0;
    report(createDiagnostic("bytecode", { hasHeader }, { start: 0, end: 0 }, 0));
    return undefined;
  }
  try {
    return fromLuaparse(source.text, recognize(source.text, options), options);
  } catch (thrown) {
    if (thrown instanceof SyntaxFault) report(thrown.diagnostic);
    else if (isStackOverflow(thrown)) {
      report(createDiagnostic("too-many-levels", {}, { start: 0, end: 0 }, 1));
    } else throw thrown;
    return undefined;
  }
}

/**
 * Whether a text has an error that stays one whatever follows it. Text that may come to an end is not
 * looked at again: this is for whoever reads a source in pieces.
 */
export function isHopeless({ text }: SourceText, options: ParseOptions = {}): boolean {
  const recognizer = makeRecognizer(text, options);
  try {
    recognizeChunk(recognizer);
    return false;
  } catch (thrown) {
    if (isStackOverflow(thrown)) return true;
    if (!(thrown instanceof SyntaxFault)) throw thrown;
    // What ends where the text does may go on; of an escape, it is not known where it does.
    const isEscape = thrown.diagnostic.code === "invalid-escape";
    return recognizer.lexer.reached + (isEscape ? LONGEST_ESCAPE : 0) < text.length;
  }
}

/** `\u{7fffffff}` and some zeros: LuaJIT allows any number of them, and no program writes more. */
const LONGEST_ESCAPE = 64;

/** @throws SyntaxFault */
function recognize(text: string, options: ParseOptions): SourceNotes {
  const recognizer = makeRecognizer(text, options);
  recognizeChunk(recognizer);
  return recognizer.notes;
}

function makeRecognizer(
  text: string,
  { isLua52Compatible = false, isPuc51 = false }: ParseOptions,
): Recognizer {
  return new Recognizer(text, { isLua52Compatible, isPuc51 });
}

/** By its name: a test runner's realm has a `RangeError` of its own. */
function isStackOverflow(thrown: unknown): boolean {
  return typeof thrown === "object" && (thrown as Error | null)?.name === "RangeError";
}
