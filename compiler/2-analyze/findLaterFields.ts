/**
 * Finds fields that tables of a constructor get later: `{ key = k, value = v }` of a tree gets `left` and `right`, in any
 * order, and has one of five hidden classes then. Where V8 has seen more than four at one place, it looks each field up
 * (docs/decisions/speed.md). The constructor makes room for such fields instead, and all of them have one. Tables that
 * begin as `{}` and get their first fields right behind it (`self.key = k`) get their room behind those.
 *
 * Which variables hold such tables is not known, but guessed from names: a variable that is used with much the same
 * fields as a constructor has. A wrong guess costs 8 bytes a table, for four fields at most. Methods get no room: tables
 * of classes are few.
 *
 * Invariant: nothing that may be a number gets room. V8 keeps numbers in fields that never held anything else in place,
 * others as objects.
 */
import type { Expression, IndexExpression, Statement } from "../ast.ts";
import { isWord } from "../words.ts";
import type { Analysis, FieldRoom, GrownTable, Variable } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";

export type LaterFields = Pick<Analysis, "laterFields" | "fieldRooms">;

const MAX_LATER_FIELDS = 4;
/** Each variable is compared with all kinds of constructors; files with more of them are made by programs. */
const MAX_KINDS = 500;
/** Constructors with more make tables of data, not one of many that are alike. */
const MAX_FIELDS = 64;
/** Fields that the variable and the constructor have in common, of all that one of them has. */
const MIN_LIKENESS = 0.5;

export function findLaterFields(scopes: Scopes): LaterFields {
  if (scopes.fieldAssignments.length === 0) return NONE;
  const kinds = kindsOf(scopes);
  if (kinds.length === 0 || kinds.length > MAX_KINDS) return NONE;
  const laterFields = new Map<string, string[]>();
  const uses = new FieldUses(scopes);
  for (const { known, assigned } of uses.holders.values()) {
    const candidates = [...assigned].filter((name) => uses.isNoNumber(name));
    if (candidates.length === 0) continue;
    for (const { id, names } of likest(kinds, known, candidates)) {
      const later = laterFields.get(id) ?? [];
      laterFields.set(id, later);
      for (const name of candidates) {
        if (later.length >= MAX_LATER_FIELDS) break;
        if (!names.has(name) && !later.includes(name)) later.push(name);
      }
    }
  }
  return { laterFields, fieldRooms: roomsOf(scopes.grownTables, laterFields) };
}

const NONE: LaterFields = { laterFields: new Map(), fieldRooms: new Map() };

function roomsOf(
  tables: readonly GrownTable[],
  laterFields: LaterFields["laterFields"],
): Map<Statement, FieldRoom> {
  const rooms = new Map<Statement, FieldRoom>();
  for (const table of tables) {
    const fields = laterFields.get(recordId(grownFields(table)));
    const last = table.assignments.at(-1);
    if (fields !== undefined && last !== undefined) rooms.set(last, { name: table.name, fields });
  }
  return rooms;
}

/** A text that no other ordered list of field names has. */
export function recordId(names: readonly string[]): string {
  // Names of Lua are told apart by a space, and the JSON of others begins with what no name has.
  return names.every(isWord) ? names.join(" ") : JSON.stringify(names);
}

/** What tables of one constructor, or of several with the same fields, begin as. */
interface TableKind {
  readonly id: string;
  readonly names: ReadonlySet<string>;
}

function kindsOf({ recordConstructors, grownTables }: Scopes): TableKind[] {
  const kinds = new Map<string, TableKind>();
  const add = (names: readonly string[]): void => {
    if (names.length === 0 || names.length > MAX_FIELDS) return;
    const id = recordId(names);
    if (!kinds.has(id)) kinds.set(id, { id, names: new Set(names) });
  };
  for (const { entries } of recordConstructors) {
    const names: string[] = [];
    for (const { key } of entries) if (key?.type === "StringLiteral") names.push(key.value);
    add(names);
  }
  for (const table of grownTables) add(grownFields(table));
  return [...kinds.values()];
}

/** In the order in which it gets them. */
function grownFields({ assignments }: GrownTable): string[] {
  const names = new Set<string>();
  for (const { targets } of assignments) {
    for (const target of targets) {
      if (target.type === "IndexExpression" && target.key.type === "StringLiteral") {
        names.add(target.key.value);
      }
    }
  }
  return [...names];
}

/** The kinds that have most in common with the fields of a variable. */
function likest(
  kinds: readonly TableKind[],
  known: ReadonlySet<string>,
  candidates: readonly string[],
): TableKind[] {
  let best = MIN_LIKENESS;
  let chosen: TableKind[] = [];
  for (const kind of kinds) {
    let common = 0;
    for (const name of kind.names) if (known.has(name)) common++;
    if (common === 0) continue;
    const added = candidates.filter((name) => !kind.names.has(name)).length;
    if (added === 0) continue;
    const likeness = common / (kind.names.size + known.size - added - common);
    if (likeness > best) chosen = [];
    if (likeness < best) continue;
    best = likeness;
    chosen.push(kind);
  }
  return chosen;
}

/** A variable that is used as a table with fields. */
interface Holder {
  /** Fields that are read or assigned. */
  readonly known: Set<string>;
  readonly assigned: Set<string>;
}

/** How a chunk uses fields. */
class FieldUses {
  readonly holders = new Map<Variable, Holder>();
  /** Fields that are indexed or assigned what is no number. */
  private readonly others = new Set<string>();
  /** Fields that are assigned a number somewhere. */
  private readonly numbers = new Set<string>();
  private readonly resolved: Scopes["resolved"];
  private readonly grown: ReadonlySet<Variable | undefined>;

  constructor({ resolved, variables, uses, fieldAssignments, grownTables }: Scopes) {
    this.resolved = resolved;
    this.grown = new Set(grownTables.map(({ name }) => variables.get(name)));
    for (const use of uses) {
      if (use.type === "IndexExpression") this.noteAccess(use);
      else if (use.type === "CallExpression" && use.method !== undefined)
        this.noteTable(use.callee);
    }
    for (const { targets, values } of fieldAssignments) {
      targets.forEach((target, index) => {
        if (target.type === "IndexExpression") this.noteAssignment(target, values[index]);
      });
    }
  }

  isNoNumber(name: string): boolean {
    return this.others.has(name) && !this.numbers.has(name);
  }

  private noteAccess({ base, key }: IndexExpression): void {
    this.noteTable(base);
    if (key.type === "StringLiteral") this.holderOf(base)?.known.add(key.value);
  }

  /** What is indexed, or has methods. */
  private noteTable(value: Expression): void {
    if (value.type === "IndexExpression" && value.key.type === "StringLiteral") {
      this.others.add(value.key.value);
    }
  }

  private noteAssignment({ base, key }: IndexExpression, value: Expression | undefined): void {
    if (key.type !== "StringLiteral") return;
    this.holderOf(base)?.assigned.add(key.value);
    const kind = value === undefined ? undefined : this.kindOf(value);
    if (kind === "number") this.numbers.add(key.value);
    else if (kind === "other") this.others.add(key.value);
  }

  private holderOf(base: Expression): Holder | undefined {
    if (base.type !== "Identifier") return undefined;
    const variable = this.resolved.get(base);
    // What a variable is declared with gets its fields in one order, most often.
    if (variable === undefined || variable.knownType === "table") return undefined;
    if (this.grown.has(variable)) return undefined;
    let holder = this.holders.get(variable);
    if (holder === undefined) {
      holder = { known: new Set(), assigned: new Set() };
      this.holders.set(variable, holder);
    }
    return holder;
  }

  /** @returns `undefined` when it may be anything. */
  private kindOf(value: Expression): "number" | "other" | undefined {
    switch (value.type) {
      case "NumberLiteral":
        return "number";
      case "StringLiteral":
      case "BooleanLiteral":
      case "TableExpression":
        return "other";
      case "UnaryExpression":
        return value.operator === "not" ? "other" : "number";
      case "BinaryExpression":
        return "+-*/%^".includes(value.operator) ? "number" : "other";
      case "LogicalExpression": {
        const kinds = [this.kindOf(value.left), this.kindOf(value.right)];
        if (kinds.includes("number")) return "number";
        return kinds.includes("other") ? "other" : undefined;
      }
      case "Identifier": {
        const variable = this.resolved.get(value);
        if (variable === undefined) return undefined;
        if (variable.knownType !== undefined) {
          return variable.knownType === "number" ? "number" : "other";
        }
        return this.holders.has(variable) ? "other" : undefined;
      }
      default:
        return undefined;
    }
  }
}
