/**
 * Text that is put together from many short pieces, most of them the same ones again and again. Strings that grow are trees of
 * their pieces in V8, an object for each, and are made flat in the end, which took longer than all else in printing; bytes
 * of an array are just written.
 *
 * To ask a string for its characters one by one took an eighth of the compiler's time. So texts that are known beforehand are
 * kept as words of four bytes (Piece), which are stored without a look at what they are.
 */

/** Of the array: never more than the caches of a processor hold. */
const SIZE = 1 << 16;

/** A piece is stored in whole words, the first two of them always. */
const SLACK = 8;

const NO_BYTES = new DataView(new ArrayBuffer(0));

/** For the writer that needs one next: V8's collector looks after each array that is made. */
let spare: DataView | undefined;

const DECODER = new TextDecoder();

/** A text that is written often: ASCII, and short. */
export class Piece {
  /** In bytes. */
  readonly length: number;
  readonly first: number;
  readonly second: number;
  readonly rest: readonly number[];

  constructor(text: string) {
    const words: number[] = [];
    for (let at = 0; at < text.length; at += 4) words.push(wordAt(text, at));
    const [first = 0, second = 0, ...rest] = words;
    this.length = text.length;
    this.first = first;
    this.second = second;
    this.rest = rest;
  }
}

/** Of small integers, as far as they have been needed; 0 is none of them, as -0 is not `0`. */
const NUMBERS: (Piece | undefined)[] = [];
const MAX_NUMBER_PIECE = 255;

/** Four characters, or those that there are. */
function wordAt(text: string, at: number): number {
  let word = 0;
  for (let index = Math.min(at + 4, text.length) - 1; index >= at; index--) {
    word = (word << 8) | text.charCodeAt(index);
  }
  return word;
}

export class TextWriter {
  private bytes: DataView = NO_BYTES;
  /** Of `bytes`; to ask it is a call in V8. */
  private size = 0;
  private length = 0;
  private texts: string[] = [];

  /** Appends any text. */
  write(text: string): void {
    const { length: count } = text;
    if (this.length + count + SLACK > this.size) {
      this.makeRoom();
      if (count + SLACK > SIZE) {
        this.texts.push(text);
        return;
      }
    }
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < count; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.flush();
        this.texts.push(text);
        return;
      }
      bytes.setInt8(at++, code);
    }
    this.length = at;
  }

  /** Appends a text that is known beforehand. */
  put(piece: Piece): void {
    const { length } = piece;
    const at = this.length;
    if (at + length + SLACK > this.size) {
      this.makeRoom();
      this.put(piece);
      return;
    }
    const { bytes } = this;
    bytes.setInt32(at, piece.first, true);
    if (length > 4) {
      bytes.setInt32(at + 4, piece.second, true);
      if (length > 8) {
        const { rest } = piece;
        for (let index = 0; index < rest.length; index++) {
          bytes.setInt32(at + 8 + 4 * index, rest[index] as number, true);
        }
      }
    }
    this.length = at + length;
  }

  /** Appends a number, as JavaScript writes it. */
  writeNumber(value: number): void {
    if (value > 0 && value <= MAX_NUMBER_PIECE && Number.isInteger(value)) {
      this.put((NUMBERS[value] ??= new Piece(String(value))));
    } else this.write(String(value));
  }

  /** The text of all pieces since the last time. */
  take(): string {
    this.flush();
    const text = this.texts.length === 1 ? (this.texts[0] as string) : this.texts.join("");
    this.texts = [];
    if (this.bytes !== NO_BYTES) spare = this.bytes;
    this.bytes = NO_BYTES;
    this.size = 0;
    return text;
  }

  private makeRoom(): void {
    this.flush();
    if (this.bytes !== NO_BYTES) return;
    this.bytes = spare ?? new DataView(new ArrayBuffer(SIZE));
    spare = undefined;
    this.size = SIZE;
  }

  private flush(): void {
    if (this.length === 0) return;
    this.texts.push(DECODER.decode(new Uint8Array(this.bytes.buffer, 0, this.length)));
    this.length = 0;
  }
}
