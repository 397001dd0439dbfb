/**
 * The package `yaml`, as far as settings are read with it, for a bundle: texts are mostly plain values, or the JSON that the
 * build made of a settings file, and need no parser. It is beside the bundle, and loaded for other texts only. What is read here
 * has the same nodes: the readers (configReaders.ts) notice no difference.
 */
import type * as yaml from "yaml";

type Yaml = typeof yaml;

/** The parser, in a file beside the bundle (build/node). */
declare const require: (file: "./yaml.cjs") => Yaml;

let parser: Yaml | undefined;

function theParser(): Yaml {
  return (parser ??= require("./yaml.cjs"));
}

/** A value without a parser: the kinds of nodes that there are. */
class PlainNode {
  readonly range: readonly [number, number, number];

  constructor(sizeBytes: number) {
    this.range = [0, sizeBytes, sizeBytes];
  }
}

class PlainScalar extends PlainNode {
  readonly value: unknown;

  constructor(value: unknown, sizeBytes: number) {
    super(sizeBytes);
    this.value = value;
  }
}

class PlainList extends PlainNode {
  readonly items: readonly PlainNode[];

  constructor(items: readonly PlainNode[]) {
    super(0);
    this.items = items;
  }
}

class PlainMap extends PlainNode {
  readonly items: readonly { readonly key: PlainNode; readonly value: PlainNode }[];

  constructor(items: PlainMap["items"]) {
    super(0);
    this.items = items;
  }
}

export const isScalar = (node: unknown): boolean =>
  node instanceof PlainScalar || parser?.isScalar(node) === true;

export const isMap = (node: unknown): boolean =>
  node instanceof PlainMap || parser?.isMap(node) === true;

export const isSeq = (node: unknown): boolean =>
  node instanceof PlainList || parser?.isSeq(node) === true;

export const isAlias = (node: unknown): boolean => parser?.isAlias(node) === true;

/** Lines are of interest in files only, which a bundle has none of. */
export class LineCounter {
  addNewLine(): void {
    // Asked by the parser.
  }

  linePos(): { line: number; col: number } {
    return { line: 1, col: 1 };
  }
}

export function parseDocument(text: string, options?: object): unknown {
  const contents = readPlain(text) ?? readJson(text);
  if (contents === undefined) return theParser().parseDocument(text, options);
  return {
    contents,
    errors: [],
    getIn: (path: readonly unknown[]) => path.reduce(memberOf, contents),
  };
}

function memberOf(node: unknown, key: unknown): unknown {
  if (node instanceof PlainList) return node.items[Number(key)];
  if (!(node instanceof PlainMap)) return undefined;
  return node.items.find((pair) => (pair.key as PlainScalar).value === key)?.value;
}

/**
 * Characters that mean nothing by themselves: a text of these is a single value, whose kind the core schema of YAML 1.2 tells by
 * patterns. It begins with none that could begin something else.
 */
const PLAIN = /^(?!\.\.\.)[A-Za-z0-9_/.](?:[\w/.@%+,=~:;?&$()-]*[\w/.@%+=~&$()-])?$/;

const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...["null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);

/** A number in decimals that every JavaScript reads exactly as the parser does. */
const INTEGER = /^\d{1,15}$/;
/** What may be a number of another form is for the parser. */
const NUMBER_LIKE = /^\d*\.?\d*(?:e[-+]?\d*)?$|^0[xo]|^\.(?:inf|nan)$/i;

/** @returns `undefined` for what may be more than a single plain value. */
function readPlain(text: string): PlainNode | undefined {
  if (!PLAIN.test(text)) return undefined;
  if (VALUES.has(text)) return new PlainScalar(VALUES.get(text), text.length);
  if (INTEGER.test(text)) return new PlainScalar(Number(text), text.length);
  return NUMBER_LIKE.test(text) ? undefined : new PlainScalar(text, text.length);
}

/** @returns `undefined` for anything but JSON as `JSON.stringify` writes it: of other texts the parser may think otherwise. */
function readJson(text: string): PlainNode | undefined {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? nodeOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function nodeOf(value: unknown): PlainNode {
  if (Array.isArray(value)) return new PlainList(value.map(nodeOf));
  if (typeof value !== "object" || value === null) return new PlainScalar(value, 0);
  return new PlainMap(
    Object.entries(value).map(([key, member]) => ({
      key: new PlainScalar(key, 0),
      value: nodeOf(member),
    })),
  );
}
