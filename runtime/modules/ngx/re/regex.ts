/**
 * Patterns that were compiled: each is run by V8 where that does the same in bounded time
 * (translate.ts), else by our machine.
 */
import { areDisjoint, byteSetOf, type ByteSet } from "./byteSet.ts";
import { Machine, OUTCOME } from "./machine.ts";
import type { Options } from "./options.ts";
import { parsePattern } from "./parse.ts";
import { compileProgram } from "./program.ts";
import { RegexError } from "./reader.ts";
import { canBeEmpty, firstBytes, hasKind, leadingRun } from "./shape.ts";
import { translate, type Translation } from "./translate.ts";
import type { GroupName, Node, Tree } from "./tree.ts";
import { utf8Error } from "./utf8.ts";

/** PCRE2's numbers for searches that can't be made. */
const ERROR = { badOffset: -33, badUtf8Offset: -36, reference: -42, condition: -40 };

/** As many steps as V8 may take in the worst case: some tenths of a second. */
const MAX_STEPS = 1e8;
/** V8 has room for the ways that are left in so many bytes. */
const MAX_LENGTH = 1e6;

const CONTINUATIONS: ByteSet = byteSetOf([[0x80, 0xbf]]);

export class Regex {
  /** Of the latest match, from 0. */
  start = 0;
  end = 0;
  /** How many groups a match tells of. */
  readonly groupCount: number;
  readonly names: readonly GroupName[];
  readonly hasDuplicateNames: boolean;
  private readonly tree: Tree;
  private readonly options: Options;
  private readonly translation: Translation | undefined;
  private expression: RegExp | undefined;
  private machine: Machine | undefined;
  private subject = "";
  /** Of V8, if it made the latest match. */
  private found: RegExpExecArray | undefined;
  /** A subject that is UTF-8. */
  private checked: string | undefined;

  /** @throws RegexError */
  constructor(pattern: string, options: Options) {
    const tree = parsePattern(pattern, options);
    if (options.isLongest && hasKind(tree.root, COMMITTING)) {
      throw new RegexError(
        "atomic groups, possessive loops and calls are not supported here with the option d",
        0,
      );
    }
    this.tree = tree;
    this.options = options;
    this.groupCount = options.isLongest ? 0 : tree.groupCount;
    this.names = options.isLongest ? [] : tree.names;
    this.hasDuplicateNames = options.hasDuplicateNames;
    this.translation = options.isLongest || mayStopWithin(tree) ? undefined : translate(tree);
  }

  /**
   * Looks for a match: 1, 0 for none, or the negative number of an error of PCRE2.
   *
   * @param from Where to begin, from 0.
   */
  search(subject: string, from: number): number {
    const error = this.errorOf(subject, from);
    if (error !== 0) return error;
    this.subject = subject;
    const { translation } = this;
    if (translation !== undefined && isBounded(translation, subject.length - from)) {
      return this.searchByV8(translation, from);
    }
    this.found = undefined;
    const machine = this.openMachine();
    const outcome = machine.search(subject, from, this.options.isAnchored);
    if (outcome === OUTCOME.match) this.takePlaces(machine);
    return outcome;
  }

  private takePlaces({ registers }: Machine): void {
    this.start = registers[0] as number;
    this.end = registers[1] as number;
  }

  private searchByV8({ source }: Translation, from: number): number {
    // Sticky: only here; global: from here on.
    const expression = (this.expression ??= new RegExp(
      source,
      this.options.isAnchored ? "y" : "g",
    ));
    expression.lastIndex = from;
    const found = expression.exec(this.subject);
    if (found === null) return OUTCOME.none;
    this.found = found;
    this.start = found.index;
    this.end = expression.lastIndex;
    return OUTCOME.match;
  }

  /** What a group has matched in the latest match, 0 for all of it; `undefined` when it took no part. */
  group(group: number): string | undefined {
    const { found, machine } = this;
    if (found !== undefined) return found[group];
    const registers = machine?.registers;
    const start = registers?.[2 * group] ?? -1;
    const end = registers?.[2 * group + 1] ?? -1;
    return start < 0 || end < 0 ? undefined : this.subject.slice(start, end);
  }

  /** Where a group begins and ends in the latest match, from 0. */
  place(group: number): readonly [start: number, end: number] | undefined {
    if (group === 0) return [this.start, this.end];
    const machine = this.openMachine();
    // V8 tells what groups have matched, not where.
    if (this.found !== undefined) machine.search(this.subject, this.start, true);
    const start = machine.registers[2 * group] ?? -1;
    const end = machine.registers[2 * group + 1] ?? -1;
    return start < 0 || end < 0 ? undefined : [start, end];
  }

  private openMachine(): Machine {
    return (this.machine ??= this.createMachine());
  }

  private createMachine(): Machine {
    const { tree, options } = this;
    const { root } = tree;
    const program = compileProgram(tree, {
      firstBytes: canBeEmpty(root) ? undefined : firstBytes(root),
      leadingRun: leadingRun(root),
      hasEmptyReferences: options.isLikeJavaScript,
      isWithoutGroups: options.isLongest,
    });
    return new Machine(program, options.isLongest);
  }

  private errorOf(subject: string, from: number): number {
    if (from > subject.length) return ERROR.badOffset;
    const { options, tree } = this;
    if (tree.isUtf8 && !options.isChecked) {
      if (this.checked !== subject) {
        const error = utf8Error(subject);
        if (error !== 0) return error;
        this.checked = subject;
      }
      if ((subject.charCodeAt(from) & 0xc0) === 0x80) return ERROR.badUtf8Offset;
    }
    if (options.isLongest) {
      if (hasKind(tree.root, REFERENCES)) return ERROR.reference;
      if (hasKind(tree.root, CONDITIONS)) return ERROR.condition;
    }
    return 0;
  }
}

const REFERENCES: ReadonlySet<Node["kind"]> = new Set(["backreference", "keep"] as const);
const CONDITIONS: ReadonlySet<Node["kind"]> = new Set(["condition"] as const);

/** What PCRE matches the longest way, too, where only the longest match is wanted. */
const COMMITTING: ReadonlySet<Node["kind"]> = new Set(["atomic", "call"] as const);

/** Whether it might match between the bytes of one character, where V8 looks, too. */
function mayStopWithin({ isUtf8, root }: Tree): boolean {
  if (!isUtf8) return false;
  const first = canBeEmpty(root) ? undefined : firstBytes(root);
  return first === undefined || !areDisjoint(first, CONTINUATIONS);
}

function isBounded({ factor, degree }: Translation, length: number): boolean {
  return length <= MAX_LENGTH && factor * (length + 1) ** degree <= MAX_STEPS;
}

/** So many are kept. */
const CACHE_SIZE = 1024;

const cache = new Map<string, Regex | string>();

/** A pattern, compiled; or why it can't be, as a text of OpenResty. */
export function findRegex(pattern: string, optionText: string, options: Options): Regex | string {
  const key = `${optionText}\0${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = compile(pattern, options);
  if (cache.size >= CACHE_SIZE) {
    const [oldest] = cache.keys();
    if (oldest !== undefined) cache.delete(oldest);
  }
  cache.set(key, compiled);
  return compiled;
}

function compile(pattern: string, options: Options): Regex | string {
  try {
    return new Regex(pattern, options);
  } catch (thrown) {
    if (!(thrown instanceof RegexError)) throw thrown;
    const { message, offset } = thrown;
    const rest = offset < pattern.length ? ` at "${pattern.slice(offset)}"` : "";
    return `pcre2_compile() failed: ${message} in "${pattern}"${rest}`;
  }
}
