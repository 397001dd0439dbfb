/** The groups of a pattern: their numbers and names, and what refers to them, which may come before them. */
import type { Options } from "./options.ts";
import type { Reader } from "./reader.ts";
import {
  EMPTY,
  type Backreference,
  type Call,
  type Condition,
  type GroupName,
  type Node,
} from "./tree.ts";

const MISSING = "reference to non-existent subpattern";
const NAME = /[A-Za-z_]\w*/y;
const MAX_NAME_LENGTH = 32;

/** What refers to a group: its number, or a name. */
type Target = number | string;

export class Groups {
  count = 0;
  private readonly reader: Reader;
  private readonly names: GroupName[] = [];
  private readonly bodies = new Map<number, Node>();
  private readonly unresolved: (() => void)[] = [];
  private hasDuplicates: boolean;
  private mostCount = 0;

  constructor(reader: Reader, options: Options) {
    this.reader = reader;
    this.hasDuplicates = options.hasDuplicateNames;
  }

  /** The number of another group. */
  add(name?: string): number {
    this.count++;
    this.mostCount = Math.max(this.mostCount, this.count);
    if (name !== undefined) this.addName(name, this.count);
    return this.count;
  }

  keep(group: number, node: Node): void {
    if (!this.bodies.has(group)) this.bodies.set(group, node);
  }

  /** Goes on counting from here. */
  restart(count: number): void {
    this.count = count;
  }

  allowDuplicates(): void {
    this.hasDuplicates = true;
  }

  /** Resolves what was referred to. @throws RegexError */
  finish() {
    for (const resolve of this.unresolved) resolve();
    const names = this.names.toSorted((a, b) =>
      a.name === b.name ? a.group - b.group : a.name < b.name ? -1 : 1,
    );
    return { groupCount: this.mostCount, names, bodies: this.bodies };
  }

  private addName(name: string, group: number): void {
    const known = this.names.find((each) => each.name === name);
    if (known?.group === group) return;
    if (known !== undefined && !this.hasDuplicates) {
      this.reader.fail("two named subpatterns have the same name (PCRE2_DUPNAMES not set)");
    }
    this.names.push({ name, group });
  }

  /** The name of a group that begins: behind `(?`, as in `P<name>`. `undefined` when it has none. */
  readDefinedName(): string | undefined {
    const { reader } = this;
    const opening = reader.match(/P?<|'/y)?.[0];
    if (opening === undefined) return undefined;
    return this.readName(opening === "'" ? "'" : ">");
  }

  private readName(closing: string): string {
    const { reader } = this;
    if (/\d/.test(reader.next)) return reader.fail("subpattern name must start with a non-digit");
    const name = reader.match(NAME)?.[0];
    if (name === undefined) return reader.fail("subpattern name expected");
    if (name.length > MAX_NAME_LENGTH) {
      return reader.fail("subpattern name is too long (maximum 32 code units)");
    }
    if (!reader.take(closing)) {
      return reader.fail("syntax error in subpattern name (missing terminator?)");
    }
    return name;
  }

  /** A reference behind a backslash, such as `1`, `g{-1}`, `k<name>`; `undefined` when it is none. */
  readReference(ignoresCase: boolean): Backreference | Call | undefined {
    const { reader } = this;
    const start = reader.offset;
    const digits = reader.match(/[1-9]\d*/y)?.[0];
    if (digits !== undefined) {
      const isReference =
        digits.length === 1 || Number(digits) <= this.count || /^[89]/.test(digits);
      if (isReference) return this.backreference(Number(digits), ignoresCase);
      reader.offset = start;
      return undefined;
    }
    if (reader.take("k")) return this.readNamedReference(ignoresCase);
    return reader.take("g") ? this.readBracedReference(ignoresCase) : undefined;
  }

  private readNamedReference(ignoresCase: boolean): Backreference {
    const { reader } = this;
    const opening = reader.match(/[<'{]/y)?.[0];
    const closing = opening === undefined ? undefined : CLOSING[opening];
    if (closing === undefined) {
      return reader.fail("\\k is not followed by a braced, angle-bracketed, or quoted name");
    }
    return this.backreference(this.readName(closing), ignoresCase);
  }

  private readBracedReference(ignoresCase: boolean): Backreference | Call {
    const { reader } = this;
    const number = reader.match(/\{([+-]?)(\d+)\}|([+-]?)(\d+)/y);
    if (number !== undefined) {
      const [, sign = number[3], digits = number[4]] = number;
      return this.backreference(this.numberOf(sign ?? "", Number(digits)), ignoresCase);
    }
    if (reader.take("{")) return this.backreference(this.readName("}"), ignoresCase);
    const called = reader.match(/<([+-]?)(\d+)>|'([+-]?)(\d+)'/y);
    if (called !== undefined) {
      const [, sign = called[3], digits = called[4]] = called;
      return this.call(this.numberOf(sign ?? "", Number(digits)));
    }
    if (reader.take("<")) return this.call(this.readName(">"));
    if (reader.take("'")) return this.call(this.readName("'"));
    return reader.fail(
      "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number",
    );
  }

  private numberOf(sign: string, number: number): number {
    if (sign === "") return number;
    const group = sign === "-" ? this.count - number + 1 : this.count + number;
    return group > 0 && number > 0 ? group : this.reader.fail(MISSING, this.reader.offset - 1);
  }

  /** What refers to a group and looks like one, behind `(?`: `P=name)`, `R)`, `&name)`. */
  readReferenceGroup(): Backreference | Call | undefined {
    const { reader } = this;
    if (reader.take("P=")) return this.backreference(this.readName(")"), false);
    if (reader.take("P>") || reader.take("&")) return this.call(this.readName(")"));
    if (reader.take("R")) {
      if (reader.take(")")) return this.call(0);
      return reader.fail("(?R (recursive pattern call) must be followed by a closing parenthesis");
    }
    if (reader.startsWith("P")) {
      return reader.offset + 1 >= reader.text.length
        ? reader.fail("missing closing parenthesis", reader.offset + 1)
        : reader.fail("unrecognized character after (?P", reader.offset + 1);
    }
    const called = reader.match(/([+-]?)(\d+)\)/y);
    if (called === undefined) return undefined;
    return this.call(this.numberOf(called[1] ?? "", Number(called[2])));
  }

  /** What a condition asks for, behind `(?(`. */
  readTest(): Condition | "define" {
    const { reader } = this;
    const start = reader.offset;
    const condition: Condition = { kind: "condition", groups: [], yes: EMPTY, no: EMPTY };
    if (reader.take("DEFINE)")) return "define";
    const number = reader.match(/([+-]?)(\d+)\)/y);
    if (number !== undefined) {
      const group = this.numberOf(number[1] ?? "", Number(number[2]));
      this.resolve(group, condition.groups, start - 1);
      return condition;
    }
    const called = reader.match(/R(?:(\d*)|&(\w+))\)/y);
    if (called !== undefined && !this.hasName(called[0].slice(0, -1))) {
      return this.calledTest(condition, called);
    }
    if (called !== undefined) reader.offset -= called[0].length;
    if (reader.startsWith("VERSION")) return reader.fail("(?(VERSION...) is not supported here");
    const opening = reader.match(/[<']/y)?.[0];
    const nameStart = reader.offset;
    const name = this.readName(opening === undefined ? ")" : (CLOSING[opening] ?? ""));
    if (opening !== undefined && !reader.take(")")) {
      return reader.fail("missing closing parenthesis for condition");
    }
    this.resolve(name, condition.groups, nameStart);
    return condition;
  }

  private hasName(name: string): boolean {
    return this.names.some((each) => each.name === name);
  }

  private calledTest(condition: Condition, [, digits, name]: RegExpExecArray): Condition {
    if (name === undefined) return { ...condition, calledGroup: Number(digits) };
    const group = this.names.find((each) => each.name === name)?.group;
    return group === undefined
      ? this.reader.fail("(?(R&name) before the group is not supported here")
      : { ...condition, calledGroup: group };
  }

  private backreference(target: Target, ignoresCase: boolean): Backreference {
    const node: Backreference = { kind: "backreference", groups: [], ignoresCase };
    this.resolve(target, node.groups);
    return node;
  }

  private call(target: Target): Call {
    const node: Call = { kind: "call", group: 0 };
    if (target === 0) return node;
    const groups: number[] = [];
    this.resolve(target, groups);
    this.unresolved.push(() => (node.group = groups[0] ?? 0));
    return node;
  }

  /** Of what was just read, for errors: the last digit, or the beginning of the name. */
  private placeOf(target: Target): number {
    return this.reader.offset - 1 - (typeof target === "string" ? target.length : 0);
  }

  /** Fills in the groups that are meant, once all are known. */
  private resolve(target: Target, groups: number[], offset = this.placeOf(target)): void {
    const missing = () => this.reader.fail(MISSING, offset);
    this.unresolved.push(() => {
      if (typeof target === "number") {
        if (target > this.mostCount) missing();
        groups.push(target);
        return;
      }
      groups.push(...this.names.filter(({ name }) => name === target).map(({ group }) => group));
      if (groups.length === 0) missing();
    });
  }
}

const CLOSING: Readonly<Partial<Record<string, string>>> = { "<": ">", "'": "'", "{": "}" };
