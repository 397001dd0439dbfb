/**
 * Text that is put together from many short pieces. Strings that grow are trees of their pieces in V8, an object for
 * each, and are made flat in the end, which took longer than all else in printing; bytes of an array are just written.
 * Pieces that are not ASCII, which are few, are kept by themselves.
 */

/** Of the array: never more than the caches of a processor hold. */
const SIZE = 1 << 16;

const SPACE = 0x20;

const NO_BYTES = new Uint8Array(0);

/** For the writer that needs one next: V8's collector looks after each array that is made. */
let spare: Uint8Array | undefined;

const DECODER = new TextDecoder();

export class TextWriter {
  private bytes: Uint8Array = NO_BYTES;
  private length = 0;
  private texts: string[] = [];

  /** Appends a piece. */
  write(piece: string): void {
    const { length: count } = piece;
    if (this.length + count > this.bytes.length) {
      this.makeRoom();
      if (count > SIZE) {
        this.texts.push(piece);
        return;
      }
    }
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < count; index++) {
      const code = piece.charCodeAt(index);
      if (code > 0x7f) {
        this.flush();
        this.texts.push(piece);
        return;
      }
      bytes[at++] = code;
    }
    this.length = at;
  }

  /** Appends a piece, which is ASCII and short, with a space on either side. */
  writeSpaced(piece: string): void {
    const { length: count } = piece;
    if (this.length + count + 2 > this.bytes.length) this.makeRoom();
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = SPACE;
    for (let index = 0; index < count; index++) bytes[at++] = piece.charCodeAt(index);
    bytes[at++] = SPACE;
    this.length = at;
  }

  /** The text of all pieces since the last time. */
  take(): string {
    this.flush();
    const text = this.texts.length === 1 ? (this.texts[0] as string) : this.texts.join("");
    this.texts = [];
    if (this.bytes !== NO_BYTES) spare = this.bytes;
    this.bytes = NO_BYTES;
    return text;
  }

  private makeRoom(): void {
    this.flush();
    if (this.bytes !== NO_BYTES) return;
    this.bytes = spare ?? new Uint8Array(SIZE);
    spare = undefined;
  }

  private flush(): void {
    if (this.length === 0) return;
    this.texts.push(DECODER.decode(this.bytes.subarray(0, this.length)));
    this.length = 0;
  }
}
