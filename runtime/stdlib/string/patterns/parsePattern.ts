/** Pattern text to program, as LuaJIT's `match` in lib_string.c reads it. */
import {
  ALL_CHARACTERS,
  escapedSet,
  fromMembers,
  literalSet,
  type CharacterSet,
} from "./characterSet.ts";
import { cString } from "../../../core/cString.ts";
import type { CaptureKind, PatternItem, PatternProgram, Repeat } from "./program.ts";

/** LUA_MAXCAPTURES. */
const MAX_CAPTURES = 32;

const PERCENT = 37;
const CARET = 94;

const REPEATS: Readonly<Record<string, Repeat>> = {
  "?": "optional",
  "*": "many",
  "+": "some",
  "-": "lazy",
};

/**
 * Parses a pattern. Never fails: what is wrong with it is part of the program.
 *
 * @param source Read up to its first NUL, as in Lua 5.1.
 * @param mayAnchor Whether a `^` at the beginning is an anchor; in `gmatch` it is a character.
 */
export function parsePattern(source: string, mayAnchor: boolean): PatternProgram {
  const text = cString(source);
  const isAnchored = mayAnchor && text.startsWith("^");
  const parser = new PatternParser(text, isAnchored ? 1 : 0);
  parser.parse();
  return { items: parser.items, captures: parser.captures, isAnchored };
}

/** The message of a malformed set or escape, or where it ends. */
type Parsed<Result> = { result: Result; end: number } | { message: string };

class PatternParser {
  readonly items: PatternItem[] = [];
  readonly captures: CaptureKind[] = [];
  private readonly text: string;
  private offset: number;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  /** Reads to the end, or to the first mistake: what follows that is never reached. */
  parse(): void {
    while (this.offset < this.text.length) {
      const item = this.parseItem();
      this.items.push(item);
      if (item.kind === "malformed") return;
    }
  }

  private parseItem(): PatternItem {
    const { text, offset } = this;
    switch (text.charAt(offset)) {
      case "(":
        return this.parseOpen();
      case ")":
        return this.parseClose();
      case "$":
        if (offset + 1 < text.length) break;
        this.offset++;
        return { kind: "end" };
      case "%":
        return this.parseEscape();
    }
    return this.parseSingle();
  }

  private parseOpen(): PatternItem {
    const capture = this.captures.length;
    if (capture >= MAX_CAPTURES) return malformed("too many captures");
    const isPosition = this.text.charAt(this.offset + 1) === ")";
    this.captures.push(isPosition ? "position" : "unfinished");
    this.offset += isPosition ? 2 : 1;
    return { kind: "open", capture };
  }

  private parseClose(): PatternItem {
    const capture = this.captures.lastIndexOf("unfinished");
    if (capture < 0) return malformed("invalid pattern capture");
    this.captures[capture] = "text";
    this.offset++;
    return { kind: "close", capture };
  }

  private parseEscape(): PatternItem {
    const letter = this.text.charAt(this.offset + 1);
    if (letter === "b") return this.parseBalanced();
    if (letter === "f") return this.parseFrontier();
    return letter >= "0" && letter <= "9" ? this.parseRepeated(letter) : this.parseSingle();
  }

  private parseBalanced(): PatternItem {
    const arguments_ = this.offset + 2;
    if (arguments_ + 2 > this.text.length) return malformed("unbalanced pattern");
    this.offset += 4;
    return {
      kind: "balanced",
      opening: this.text.charCodeAt(arguments_),
      closing: this.text.charCodeAt(arguments_ + 1),
    };
  }

  private parseFrontier(): PatternItem {
    const start = this.offset + 2;
    if (this.text.charAt(start) !== "[") return malformed("missing '[' after '%f' in pattern");
    const set = parseSet(this.text, start);
    if ("message" in set) return malformed(set.message);
    this.offset = set.end;
    return { kind: "frontier", set: set.result };
  }

  private parseRepeated(digit: string): PatternItem {
    const capture = Number(digit) - 1;
    const kind = this.captures[capture];
    if (kind === undefined || kind === "unfinished") return malformed("invalid capture index");
    this.offset += 2;
    return kind === "position" ? { kind: "never" } : { kind: "repeated", capture };
  }

  private parseSingle(): PatternItem {
    const single = parseSingleSet(this.text, this.offset);
    if ("message" in single) return malformed(single.message);
    const repeat = REPEATS[this.text.charAt(single.end)];
    this.offset = repeat === undefined ? single.end : single.end + 1;
    return { kind: "single", set: single.result, repeat: repeat ?? "once" };
  }
}

function malformed(message: string): PatternItem {
  return { kind: "malformed", message };
}

function parseSingleSet(text: string, start: number): Parsed<CharacterSet> {
  const code = text.charCodeAt(start);
  switch (text.charAt(start)) {
    case ".":
      return { result: ALL_CHARACTERS, end: start + 1 };
    case "[":
      return parseSet(text, start);
    case "%":
      return start + 1 < text.length
        ? { result: escapedSet(text.charCodeAt(start + 1)), end: start + 2 }
        : { message: "malformed pattern (ends with '%')" };
    default:
      return { result: literalSet(code), end: start + 1 };
  }
}

/** Reads `[set]`. @param start Offset of the `[`. */
function parseSet(text: string, start: number): Parsed<CharacterSet> {
  const isComplement = text.charCodeAt(start + 1) === CARET;
  const first = start + (isComplement ? 2 : 1);
  const end = setEnd(text, first);
  if (end < 0) return { message: "malformed pattern (missing ']')" };
  const members = new Uint8Array(256);
  let offset = first;
  while (offset < end) {
    const code = text.charCodeAt(offset);
    if (code === PERCENT) {
      const escaped = escapedSet(text.charCodeAt(offset + 1));
      for (const [low, high] of escaped.ranges) members.fill(1, low, high + 1);
      offset += 2;
    } else if (text.charAt(offset + 1) === "-" && offset + 2 < end) {
      members.fill(1, code, Math.max(code, text.charCodeAt(offset + 2) + 1));
      offset += 3;
    } else {
      members[code] = 1;
      offset++;
    }
  }
  const result = isComplement ? members.map((isMember) => 1 - isMember) : members;
  return { result: fromMembers(result), end: end + 1 };
}

/**
 * Where the `]` of a set is; -1 when it is missing. The first character of a set is never its end.
 *
 * @param first Offset of the set's first character.
 */
function setEnd(text: string, first: number): number {
  let offset = first;
  do {
    if (offset >= text.length) return -1;
    if (text.charCodeAt(offset++) === PERCENT && offset < text.length) offset++;
  } while (text.charAt(offset) !== "]");
  return offset;
}
