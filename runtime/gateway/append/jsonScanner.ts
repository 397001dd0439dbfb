/**
 * JSON, read from front to back by whoever knows what is to come. Values that are only passed on are cut out as the
 * text they are: no number is rounded, no member of an object is lost or moved.
 *
 * What it takes is what JSON.parse takes, but for halves of surrogate pairs, which are no text, and for deep nesting.
 */
import { DEFAULT_DECODE_OPTIONS } from "../../json/index.ts";
import { RequestError } from "../errors.ts";

/** Functions could not read what is nested deeper. */
const MAX_DEPTH = DEFAULT_DECODE_OPTIONS.maxDepth;

/** What a value begins with; numbers, true, false and null are "other". */
export type JsonKind = "object" | "array" | "string" | "other";

/** All methods throw RequestError 400 "invalid JSON body: ..." when something else comes. */
export class JsonScanner {
  private readonly text: string;
  private offset = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** What the next value is. */
  get kind(): JsonKind {
    return KINDS[this.next()] ?? "other";
  }

  /** @param readMember Reads the value of the member. */
  object(readMember: (name: string) => void): void {
    this.members((token) => {
      readMember(decode(token));
    });
  }

  /** @param readElement Reads the next element. */
  array(readElement: () => void): void {
    this.enclosed("[", "]", readElement);
  }

  string(): string {
    return decode(this.stringToken());
  }

  /** The text of the next value, whatever it is, in one line. */
  raw(): string {
    this.next();
    const start = this.offset;
    this.skip();
    // Strings have no line breaks of their own.
    return this.text.slice(start, this.offset).replaceAll(/[\n\r]+/g, " ");
  }

  /** Only space is left. */
  end(): void {
    if (this.next() !== "") this.fail("unexpected text behind the value");
  }

  private skip(): void {
    switch (this.kind) {
      case "object":
        this.members(() => {
          this.skip();
        });
        break;
      case "array":
        this.array(() => {
          this.skip();
        });
        break;
      case "string":
        this.stringToken();
        break;
      case "other":
        if (this.take(SCALAR) === undefined) this.fail("expected a value");
    }
  }

  private members(readMember: (nameToken: string) => void): void {
    this.enclosed("{", "}", () => {
      const token = this.stringToken();
      this.expect(":");
      readMember(token);
    });
  }

  /** Things with commas between them. */
  private enclosed(open: string, close: string, readOne: () => void): void {
    if (++this.depth > MAX_DEPTH) this.fail(`more than ${String(MAX_DEPTH)} levels of nesting`);
    this.expect(open);
    if (this.next() === close) {
      this.offset++;
    } else {
      do readOne();
      while (this.goesOn(close));
    }
    this.depth--;
  }

  private goesOn(close: string): boolean {
    const next = this.next();
    if (next !== "," && next !== close) this.fail(`expected ',' or '${close}'`);
    this.offset++;
    return next === ",";
  }

  /** The next string, with its quotes and escapes. */
  private stringToken(): string {
    if (this.next() !== '"') this.fail("expected a string");
    const start = this.offset++;
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        if (this.take(ESCAPE) === undefined) this.fail("invalid escape in a string");
      } else if (code >= FIRST_PRINTABLE) this.offset++;
      else this.fail(Number.isNaN(code) ? "a string has no end" : "control character in a string");
    }
    return this.text.slice(start, ++this.offset);
  }

  private expect(char: string): void {
    if (this.next() !== char) this.fail(`expected '${char}'`);
    this.offset++;
  }

  /** The next character that is no space; "" at the end. */
  private next(): string {
    while (SPACE.has(this.text.charCodeAt(this.offset))) this.offset++;
    return this.text.charAt(this.offset);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text)?.[0];
    this.offset += match?.length ?? 0;
    return match;
  }

  private fail(problem: string): never {
    const place = `at character ${String(this.offset + 1)}`;
    throw new RequestError(400, `invalid JSON body: ${problem} ${place}`);
  }
}

const KINDS: Readonly<Partial<Record<string, JsonKind>>> = {
  "{": "object",
  "[": "array",
  '"': "string",
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

/** Space, tab and line breaks. */
const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Halves of surrogate pairs only together. */
const ESCAPE =
  /\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[\da-fA-F]{4}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})/y;

function decode(token: string): string {
  return JSON.parse(token) as string;
}
