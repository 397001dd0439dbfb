/**
 * Readers of YAML: each turns a node into a typed value or raises a `UserError` with file and line.
 * The settings of a project (config.ts) are one reader put together from these.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
} from "yaml";
import { UserError } from "./errors.ts";
import { suggest } from "./suggestion.ts";

/** Where values come from, for messages. */
export interface Origin {
  /** "config/application.yml", or "environment variable PORT". */
  readonly name: string;
  readonly document: Document;
  /** `undefined` when lines mean nothing, as in an environment variable. */
  readonly lines: LineCounter | undefined;
}

export interface Place {
  readonly origin: Origin;
  /** "gateway.port"; "" at the top. */
  readonly path: string;
  /** Byte offset for values that are not there, so that their message has a line too. */
  readonly offset: number;
}

/** @param node A node of the `yaml` package, or null or undefined when there is no value. */
export type Reader<Value> = (node: unknown, place: Place) => Value;

/** Parses YAML. @throws UserError "config/application.yml:3: ..." */
export function parseYaml(text: string, name: string, hasLines: boolean): Origin {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const origin = { name, document, lines: hasLines ? lines : undefined };
  const [error] = document.errors;
  if (error !== undefined) throw problem({ origin, path: "", offset: error.pos[0] }, error.message);
  return origin;
}

export function readOrigin<Value>(reader: Reader<Value>, origin: Origin, path = ""): Value {
  return reader(origin.document.contents, { origin, path, offset: 0 });
}

/** Where a value is, for a complaint that comes after all was read. */
export function placeOf(origin: Origin, path: readonly string[]): Place {
  const node: unknown = origin.document.getIn(path, true);
  return at({ origin, path: path.join("."), offset: 0 }, node);
}

/** What is wrong with a setting, where it is set. */
export class SettingsError extends UserError {
  /** The message without the place. */
  readonly complaint: string;
  /** In the text, from 0. */
  readonly offset: number;

  /** @param message About what is there: "must be a number". */
  constructor({ origin, path, offset }: Place, message: string, hint?: string) {
    const line = origin.lines?.linePos(offset).line;
    const where = line === undefined ? origin.name : `${origin.name}:${String(line)}`;
    const complaint = `${path === "" ? "" : `${path}: `}${message}`;
    super(`${where}: ${complaint}`, hint);
    this.complaint = complaint;
    this.offset = offset;
  }
}

/** @param message About what is there: "must be a number". */
export function problem(place: Place, message: string, hint?: string): SettingsError {
  return new SettingsError(place, message, hint);
}

export const string: Reader<string> = (node, place) => {
  const value = scalar(node, place);
  if (typeof value === "string") return value;
  // What looks like a number or a date in YAML may well be meant as a name.
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  throw problem(at(place, node), "must be a text");
};

export const boolean: Reader<boolean> = (node, place) => {
  const value = scalar(node, place);
  if (typeof value === "boolean") return value;
  throw problem(at(place, node), "must be true or false");
};

/** A string that some check accepts. @param check Says what is wrong with it. */
export function stringThat(check: (text: string) => string | undefined): Reader<string> {
  return (node, place) => {
    const text = string(node, place);
    const complaint = check(text);
    if (complaint !== undefined) throw problem(at(place, node), complaint);
    return text;
  };
}

export function integer(minimum: number, maximum: number): Reader<number> {
  return (node, place) => {
    const value = scalar(node, place);
    if (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum) {
      return Number(value);
    }
    const range = `from ${String(minimum)} to ${String(maximum)}`;
    throw problem(at(place, node), `must be a whole number ${range}`);
  };
}

export function number(minimum: number, maximum: number): Reader<number> {
  return (node, place) => {
    const value = scalar(node, place);
    if (typeof value === "number" && value >= minimum && value <= maximum) return value;
    const range = `from ${String(minimum)} to ${String(maximum)}`;
    throw problem(at(place, node), `must be a number ${range}`);
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (node, place) => {
    const text = string(node, place);
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    const hint = suggest(text, choices, "possible values");
    throw problem(at(place, node), `'${text}' is not known here`, hint);
  };
}

export function list<Value>(item: Reader<Value>): Reader<readonly Value[]> {
  return (node, place) => {
    const value = resolve(node, place);
    if (isNothing(value)) return [];
    if (!isSeq(value)) {
      throw problem(at(place, node), "must be a list", "write one entry per line, each after '- '");
    }
    return value.items.map((entry, index) =>
      item(entry, { ...at(place, entry), path: `${place.path}[${String(index + 1)}]` }),
    );
  };
}

/** A map with keys that the user chooses. */
export function mapOf<Value>(item: Reader<Value>): Reader<ReadonlyMap<string, Value>> {
  return (node, place) => {
    const values = new Map<string, Value>();
    for (const { key, pair, entryPlace } of entries(node, place)) {
      values.set(key, item(pair.value, entryPlace));
    }
    return values;
  };
}

export interface Field<Value> {
  readonly reader: Reader<Value>;
  /** The value when the key is missing. */
  readonly otherwise: (place: Place) => Value;
}

export function optional<Value>(reader: Reader<Value>): Field<Value | undefined> {
  return { reader, otherwise: () => undefined };
}

/** A key whose reader also knows what to make of nothing: empty lists, maps and objects. */
export function defaulted<Value>(reader: Reader<Value>): Field<Value> {
  return { reader, otherwise: (place) => reader(undefined, place) };
}

/** @param example What to write: "appName: my-app". */
export function required<Value>(reader: Reader<Value>, example: string): Field<Value> {
  return {
    reader,
    otherwise: (place) => {
      throw problem(place, "is missing", `write ${example}`);
    },
  };
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

export type ObjectOf<Shape extends Fields> = {
  readonly [Key in keyof Shape]: Shape[Key] extends Field<infer Value> ? Value : never;
};

/** A map with known keys. Unknown ones are refused. */
export function object<Shape extends Fields>(shape: Shape): Reader<ObjectOf<Shape>> {
  return (node, place) => {
    const values: Record<string, unknown> = {};
    for (const { key, pair, entryPlace } of entries(node, place)) {
      const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
      if (field === undefined) {
        const known = Object.keys(shape);
        const where = place.path === "" ? "" : ` in '${place.path}'`;
        const hint = suggest(key, known, "known keys");
        throw problem({ ...entryPlace, path: "" }, `unknown key '${key}'${where}`, hint);
      }
      if (!isNothing(resolve(pair.value, entryPlace))) {
        values[key] = field.reader(pair.value, entryPlace);
      }
    }
    for (const [key, field] of Object.entries(shape)) {
      if (!(key in values)) values[key] = field.otherwise({ ...place, path: join(place, key) });
    }
    return values as ObjectOf<Shape>;
  };
}

/** Reads with `plain` what is a single value, with `compound` lists and maps. */
export function either<Plain, Compound>(
  plain: Reader<Plain>,
  compound: Reader<Compound>,
): Reader<Plain | Compound> {
  return (node, place) => {
    const reader = isScalar(resolve(node, place)) ? plain : compound;
    return reader(node, place);
  };
}

/** Converts what a reader gives. */
export function map<From, To>(reader: Reader<From>, convert: (value: From) => To): Reader<To> {
  return (node, place) => convert(reader(node, place));
}

/** As a JSON text; null when there is nothing. @value whatever JSON can say */
export const json: Reader<string> = (node, place) => jsonText(node, place, 0);

/** An alias can be within what it stands for. */
const MAX_JSON_DEPTH = 100;

function jsonText(node: unknown, place: Place, depth: number): string {
  const value = resolve(node, place);
  if (depth > MAX_JSON_DEPTH) throw problem(at(place, node), "is nested too deep");
  if (isNothing(value)) return "null";
  if (isSeq(value)) {
    const items = value.items.map((item, index) => {
      const path = `${place.path}[${String(index + 1)}]`;
      return jsonText(item, { ...at(place, item), path }, depth + 1);
    });
    return `[${items.join(",")}]`;
  }
  if (isMap(value)) {
    const members = entries(value, place).map(
      ({ key, pair, entryPlace }) =>
        `${JSON.stringify(key)}:${jsonText(pair.value, entryPlace, depth + 1)}`,
    );
    return `{${members.join(",")}}`;
  }
  return plainJson(scalar(value, place), at(place, node));
}

function plainJson(value: unknown, place: Place): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)) {
        return JSON.stringify(value);
      }
      throw problem(
        place,
        "is a number that can't be kept as it is",
        "write it as a text, in quotes",
      );
    default:
      throw problem(place, "must be something that JSON has");
  }
}

interface Entry {
  readonly key: string;
  readonly pair: Pair;
  readonly entryPlace: Place;
}

function entries(node: unknown, place: Place): Entry[] {
  const value = resolve(node, place);
  if (isNothing(value)) return [];
  if (!isMap(value)) throw problem(at(place, node), "must be a map of 'key: value' lines");
  return value.items.map((pair) => {
    const keyPlace = at(place, pair.key);
    const key = string(pair.key, keyPlace);
    return { key, pair, entryPlace: { ...keyPlace, path: join(place, key) } };
  });
}

function join({ path }: Place, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function scalar(node: unknown, place: Place): unknown {
  const value = resolve(node, place);
  return isScalar(value) ? value.value : undefined;
}

function resolve(node: unknown, { origin }: Place): unknown {
  return isAlias(node) ? node.resolve(origin.document) : node;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (isScalar(value) && value.value === null);
}

function at(place: Place, node: unknown): Place {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return { ...place, offset: range?.[0] ?? place.offset };
}
