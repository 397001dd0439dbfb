/** A pattern on its way to be read, and what is wrong with one. */

/** Of a pattern that PCRE would not take, or that can't be matched as PCRE would; texts are those of PCRE2. */
export class RegexError {
  readonly message: string;
  /** In the pattern, in bytes. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    this.message = message;
    this.offset = offset;
  }
}

export class Reader {
  readonly text: string;
  /** Whether escapes are those of JavaScript. */
  readonly isLikeJavaScript: boolean;
  offset = 0;

  constructor(text: string, isLikeJavaScript: boolean) {
    this.text = text;
    this.isLikeJavaScript = isLikeJavaScript;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The byte that comes next; "" at the end. */
  get next(): string {
    return this.text[this.offset] ?? "";
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.offset);
  }

  /** So many bytes of what comes next. */
  rest(length: number): string {
    return this.text.slice(this.offset, this.offset + length);
  }

  /** Whether it comes next; if so it is read. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.offset += text.length;
    return true;
  }

  /** The byte that comes next, which is read. */
  read(): string {
    return this.text[this.offset++] ?? "";
  }

  /** Reads what a sticky expression matches; `undefined` when it does not. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.offset;
    const found = expression.exec(this.text);
    if (found === null) return undefined;
    this.offset += found[0].length;
    return found;
  }

  /** @throws RegexError */
  fail(message: string, offset = this.offset): never {
    throw new RegexError(message, Math.min(offset, this.text.length));
  }
}
