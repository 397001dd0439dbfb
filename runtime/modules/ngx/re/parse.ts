/** Reads a pattern of PCRE, with the rules and error texts of PCRE2 10.42. */
import { invert, MAX_BYTE, MAX_CODE_POINT, byteSetOf, VERTICAL, type Ranges } from "./byteSet.ts";
import { readCharacter, readClass } from "./classes.ts";
import { readCode, readSet } from "./escapes.ts";
import { Groups } from "./groups.ts";
import { withOtherCases } from "./letterCase.ts";
import { lookBehind } from "./lookBehind.ts";
import type { Flags, Options } from "./options.ts";
import { Reader } from "./reader.ts";
import {
  choice,
  EMPTY,
  sequence,
  type Assertion,
  type Look,
  type Node,
  type Tree,
} from "./tree.ts";
import { utf8Node } from "./utf8.ts";

const NO_QUANTIFIER = "quantifier does not follow a repeatable item";
const KEPT_IN_LOOK = "\\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK)";
const MAX_REPEAT = 65_535;

/** @throws RegexError */
export function parsePattern(pattern: string, options: Options): Tree {
  return new Parser(pattern, options).parse();
}

/** A group may set flags for what follows in it. */
interface Scope {
  flags: Flags;
}

class Parser {
  private readonly reader: Reader;
  private readonly options: Options;
  private readonly isUtf8: boolean;
  private readonly groups: Groups;
  private isQuoted = false;
  private lookDepth = 0;
  private hasKeptInLook = false;

  constructor(pattern: string, options: Options) {
    this.reader = new Reader(pattern, options.isLikeJavaScript);
    this.options = options;
    const isUtf8Verb = this.reader.match(/\(\*UTF8?\)/y) !== undefined;
    this.isUtf8 = options.isUtf8 || isUtf8Verb;
    this.groups = new Groups(this.reader, options);
  }

  parse(): Tree {
    const root = this.readChoice({ flags: this.options.flags });
    if (!this.reader.isAtEnd) return this.reader.fail("unmatched closing parenthesis");
    if (this.hasKeptInLook) return this.reader.fail(KEPT_IN_LOOK);
    return { root, isUtf8: this.isUtf8, ...this.groups.finish() };
  }

  /** Up to a closing parenthesis or the end. */
  private readChoice(scope: Scope, beforeBranch?: () => void): Node {
    const branches: Node[] = [];
    do {
      beforeBranch?.();
      branches.push(this.readSequence(scope));
    } while (this.reader.take("|"));
    return choice(branches);
  }

  private readSequence(scope: Scope): Node {
    const items: Node[] = [];
    for (;;) {
      this.skipUnread(scope);
      const { next } = this.reader;
      if (next === "" || (!this.isQuoted && (next === "|" || next === ")"))) break;
      const item = this.readItem(scope);
      if (item !== undefined) items.push(this.readQuantifier(item, scope));
    }
    return sequence(items);
  }

  /** Quotes, comments and what `(?x)` says has no meaning. */
  private skipUnread(scope: Scope): void {
    const { reader } = this;
    for (;;) {
      if (reader.take("\\E")) this.isQuoted = false;
      else if (this.isQuoted) return;
      else if (reader.take("\\Q")) this.isQuoted = true;
      else if (reader.startsWith("(?#")) {
        if (reader.match(/\(\?#[^)]*\)/y) === undefined) {
          reader.fail("missing ) after (?# comment", reader.text.length);
        }
      } else if (!scope.flags.isExtended || reader.match(/[\t-\r ]+|#[^\n]*\n?/y) === undefined)
        return;
    }
  }

  /** `undefined` for what only sets flags. */
  private readItem(scope: Scope): Node | undefined {
    const { reader } = this;
    const { flags } = scope;
    if (this.isQuoted) return this.character(readCharacter(reader, this.isUtf8), flags);
    switch (reader.next) {
      case "(":
        return this.readGroup(scope);
      case "[": {
        reader.offset++;
        const { ignoresCase, isExtendedMore: skipsBlanks } = flags;
        return this.set(readClass(reader, { ignoresCase, isUtf8: this.isUtf8, skipsBlanks }));
      }
      case "\\":
        return this.readEscape(flags);
      case ".":
        reader.offset++;
        return flags.isDotAll ? this.set(this.invert([])) : this.set(this.invert([[10, 10]]));
      case "^":
        reader.offset++;
        return assertion(flags.isMultiline ? "lineStart" : "start");
      case "$":
        reader.offset++;
        return assertion(flags.isMultiline ? "lineEnd" : "endOrLastNewline");
      default:
        if (this.matchQuantifier() !== undefined) {
          return reader.fail(NO_QUANTIFIER, reader.offset - 1);
        }
        return this.character(readCharacter(reader, this.isUtf8), flags);
    }
  }

  private character(code: number, { ignoresCase }: Flags): Node {
    const ranges: Ranges = [[code, code]];
    return this.set(ignoresCase ? withOtherCases(ranges, this.isUtf8) : ranges);
  }

  private set(ranges: Ranges): Node {
    if (this.isUtf8) return utf8Node(ranges);
    const bytes = ranges.filter(([first]) => first <= MAX_BYTE);
    return {
      kind: "bytes",
      set: byteSetOf(bytes.map(([first, last]) => [first, Math.min(last, MAX_BYTE)])),
    };
  }

  private invert(ranges: Ranges): Ranges {
    return invert(ranges, this.isUtf8 ? MAX_CODE_POINT : MAX_BYTE);
  }

  // --- Quantifiers ---

  private matchQuantifier(): readonly [minimum: number, maximum: number] | undefined {
    const { reader } = this;
    if (reader.take("*")) return [0, Infinity];
    if (reader.take("+")) return [1, Infinity];
    if (reader.take("?")) return [0, 1];
    const counts = reader.match(/\{(\d+)(,?)(\d*)\}/y);
    if (counts === undefined) return undefined;
    const [text, from = "", comma, to = ""] = counts;
    if (comma === "" && to !== "") {
      reader.offset -= text.length;
      return undefined;
    }
    const minimum = Number(from);
    const maximum = comma === "" ? minimum : to === "" ? Infinity : Number(to);
    if (minimum > MAX_REPEAT || (maximum !== Infinity && maximum > MAX_REPEAT)) {
      return reader.fail("number too big in {} quantifier", reader.offset - 1);
    }
    if (maximum < minimum)
      return reader.fail("numbers out of order in {} quantifier", reader.offset - 1);
    return [minimum, maximum];
  }

  private readQuantifier(item: Node, scope: Scope): Node {
    const { reader } = this;
    this.skipUnread(scope);
    if (this.isQuoted) return item;
    const counts = this.matchQuantifier();
    if (counts === undefined) return item;
    if (item.kind === "assertion" || item.kind === "keep") {
      return reader.fail(NO_QUANTIFIER, reader.offset - 1);
    }
    const isPossessive = reader.take("+");
    const isMarkedLazy = !isPossessive && reader.take("?");
    const [minimum, maximum] = item.kind === "look" ? timesOfLook(counts) : counts;
    const isLazy = !isPossessive && isMarkedLazy !== scope.flags.isUngreedy;
    const repeat: Node = { kind: "repeat", body: item, minimum, maximum, isLazy };
    return isPossessive ? { kind: "atomic", body: repeat } : repeat;
  }

  // --- Escapes ---

  private readEscape(flags: Flags): Node {
    const { reader } = this;
    const start = reader.offset++;
    if (reader.isAtEnd) return reader.fail("\\ at end of pattern");
    const simple = ASSERTIONS[reader.next];
    if (simple !== undefined) {
      reader.offset++;
      return assertion(simple);
    }
    const ranges = readSet(reader, this.isUtf8);
    if (ranges !== undefined) return this.set(ranges);
    if (reader.take("K")) {
      this.hasKeptInLook ||= this.lookDepth > 0;
      return { kind: "keep" };
    }
    if (reader.take("R")) return this.anyNewline();
    if (reader.take("C")) return { kind: "bytes", set: byteSetOf([[0, MAX_BYTE]]) };
    // Braces behind it may be a quantifier.
    if (reader.match(/N(?!\{(?!\d+(?:,\d*)?\}))/y) !== undefined)
      return this.set(this.invert([[10, 10]]));
    if (reader.take("X")) return reader.fail("\\X is not supported here", start);
    const reference = this.groups.readReference(flags.ignoresCase);
    if (reference !== undefined) {
      if (this.isUtf8 && flags.ignoresCase) {
        return reader.fail("references that ignore case are not supported here in UTF-8", start);
      }
      return reference;
    }
    return this.character(readCode(reader, this.isUtf8, true), flags);
  }

  private anyNewline(): Node {
    const pair = sequence([this.set([[13, 13]]), this.set([[10, 10]])]);
    return { kind: "atomic", body: choice([pair, this.set(VERTICAL)]) };
  }

  // --- Groups ---

  private readGroup(scope: Scope): Node | undefined {
    const { reader, groups } = this;
    const start = reader.offset++;
    if (reader.next === "*") return this.readVerb(scope, start);
    if (!reader.take("?")) {
      if (scope.flags.isWithoutCaptures) return group(this.readBody(scope));
      return this.capture(scope, groups.add());
    }
    if (reader.isAtEnd) return reader.fail("missing closing parenthesis");
    const look = reader.match(/<?[=!]/y)?.[0];
    if (look !== undefined) return this.readLook(scope, start, look);
    if (reader.take(">")) return { kind: "atomic", body: this.readBody(scope) };
    if (reader.take("|")) return this.readReset(scope);
    if (reader.take("(")) return this.readCondition(scope, start);
    if (reader.match(/C\d*\)/y) !== undefined) return undefined;
    const name = groups.readDefinedName();
    if (name !== undefined) return this.capture(scope, groups.add(name));
    return groups.readReferenceGroup() ?? this.readFlags(scope);
  }

  private capture(scope: Scope, group: number): Node {
    const capture: Node = { kind: "capture", group, body: this.readBody(scope) };
    this.groups.keep(group, capture);
    return capture;
  }

  /** What is within a group, and its end. */
  private readBody(scope: Scope, beforeBranch?: () => void): Node {
    const body = this.readChoice({ flags: scope.flags }, beforeBranch);
    if (!this.reader.take(")")) return this.reader.fail("missing closing parenthesis");
    return body;
  }

  private readLook(scope: Scope, start: number, sign: string): Look {
    this.lookDepth++;
    const body = this.readBody(scope);
    this.lookDepth--;
    const isAhead = !sign.startsWith("<");
    return {
      kind: "look",
      isAhead,
      isNegative: sign.endsWith("!"),
      body: isAhead ? body : lookBehind(body, () => this.lookBehindError(start)),
    };
  }

  private lookBehindError(start: number): never {
    return this.reader.fail("lookbehind assertion is not fixed length", start);
  }

  /** Branches count their groups from the same number. */
  private readReset(scope: Scope): Node {
    const { groups } = this;
    const first = groups.count;
    let most = first;
    const body = this.readBody(scope, () => {
      most = Math.max(most, groups.count);
      groups.restart(first);
    });
    groups.restart(Math.max(most, groups.count));
    return body;
  }

  private readCondition(scope: Scope, start: number): Node {
    const { reader, groups } = this;
    const look = reader.match(/\?(<?[=!])/y)?.[1];
    const test = look === undefined ? groups.readTest() : this.readLook(scope, start, look);
    let branchCount = 0;
    const body = this.readBody(scope, () => {
      branchCount++;
    });
    if (test === "define") {
      if (branchCount > 1) reader.fail("DEFINE subpattern contains more than one branch");
      return EMPTY;
    }
    if (branchCount > 2) {
      return reader.fail("conditional subpattern contains more than two branches", start);
    }
    const [yes = EMPTY, no = EMPTY] =
      branchCount === 2 && body.kind === "choice" ? body.branches : [body];
    if (test.kind === "condition") return { ...test, yes, no };
    const otherwise: Look = { ...test, isNegative: !test.isNegative };
    return choice([sequence([test, yes]), sequence([otherwise, no])]);
  }

  private readFlags(scope: Scope): Node | undefined {
    const { reader } = this;
    const start = reader.offset;
    const match = reader.match(/(\^?)([imnsxJU]*)(?:-([imnsxJU]*))?/y);
    const [, caret = "", on = "", off] = match ?? [];
    if (caret !== "" && off !== undefined) {
      return reader.fail("invalid hyphen in option setting", start + caret.length + on.length + 1);
    }
    const flags = changeFlags(scope.flags, { on, off: off ?? "", isReset: caret !== "" });
    if (on.includes("J")) this.groups.allowDuplicates();
    if (reader.take(":")) return group(this.readBody({ flags }));
    if (reader.take(")")) {
      scope.flags = flags;
      return undefined;
    }
    return reader.isAtEnd
      ? reader.fail("missing closing parenthesis")
      : reader.fail("unrecognized character after (? or (?-");
  }

  private readVerb(scope: Scope, start: number): Node {
    const { reader } = this;
    const [, name = ""] = reader.match(/\*([A-Za-z_]*)/y) ?? [];
    const group = GROUP_VERBS[name];
    if (group !== undefined && reader.take(":")) {
      return group === ">"
        ? { kind: "atomic", body: this.readBody(scope) }
        : this.readLook(scope, start, group);
    }
    if ((name === "F" || name === "FAIL") && reader.take(")")) return { kind: "fail" };
    return KNOWN_VERBS.test(name)
      ? reader.fail(`(*${name}) is not supported here`, start)
      : reader.fail("(*VERB) not recognized or malformed");
  }
}

const ASSERTIONS: Readonly<Partial<Record<string, Assertion>>> = {
  A: "start",
  B: "notWord",
  G: "searchStart",
  Z: "endOrLastNewline",
  b: "word",
  z: "end",
};

/** Verbs that say the same as groups with signs. */
const GROUP_VERBS: Readonly<Partial<Record<string, string>>> = {
  atomic: ">",
  nla: "!",
  negative_lookahead: "!",
  nlb: "<!",
  negative_lookbehind: "<!",
  pla: "=",
  positive_lookahead: "=",
  plb: "<=",
  positive_lookbehind: "<=",
};

/** Those that PCRE knows: what they do to backtracking, matching or newlines is not done here. */
const KNOWN_VERBS =
  /^(?:ACCEPT|COMMIT|PRUNE|SKIP|THEN|MARK||UCP|CR|LF|CRLF|ANY|ANYCRLF|NUL|BSR_\w+|LIMIT_\w+|NO_\w+|NOTEMPTY\w*|napla|naplb|sr|asr|\w*script_run|non_atomic\w*)$/;

/** What was in parentheses is a thing of its own: it can have a quantifier. */
function group(body: Node): Node {
  return { kind: "sequence", items: [body] };
}

function assertion(test: Assertion): Node {
  return { kind: "assertion", test };
}

/** An assertion is looked at once; when it need not hold, with and without it. */
function timesOfLook([minimum, maximum]: readonly [number, number]): readonly [number, number] {
  return minimum > 0 ? [1, 1] : [0, Math.min(maximum, 1)];
}

interface FlagChange {
  readonly on: string;
  readonly off: string;
  /** Whether all are off that are not on. */
  readonly isReset: boolean;
}

function changeFlags(flags: Flags, { on, off, isReset }: FlagChange): Flags {
  const changed = (before: boolean, letter: string): boolean =>
    !off.includes(letter) && (on.includes(letter) || (before && !isReset));
  const isExtended = changed(flags.isExtended, "x");
  return {
    ignoresCase: changed(flags.ignoresCase, "i"),
    isMultiline: changed(flags.isMultiline, "m"),
    isDotAll: changed(flags.isDotAll, "s"),
    isExtended,
    // A single `x` takes the other back.
    isExtendedMore: on.includes("xx") || (isExtended && !on.includes("x") && flags.isExtendedMore),
    isWithoutCaptures: changed(flags.isWithoutCaptures, "n"),
    isUngreedy: !off.includes("U") && (on.includes("U") || flags.isUngreedy),
  };
}
