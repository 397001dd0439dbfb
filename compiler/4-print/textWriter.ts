/**
 * Text that is put together from many short pieces. Strings that grow are trees of their pieces in V8, an object for
 * each, and are made flat in the end, which took longer than all else in printing; bytes of an array are just written.
 * Pieces that are not ASCII, which are few, are kept by themselves.
 */

/** Of the array: small for chunks of one line, as `load` is given, and never more than the caches of a processor hold. */
const MIN_SIZE = 1 << 10;
const MAX_SIZE = 1 << 16;

const DECODER = new TextDecoder();

export class TextWriter {
  private bytes = new Uint8Array(MIN_SIZE);
  private length = 0;
  private texts: string[] = [];

  /** Appends a piece. */
  write(piece: string): void {
    const { length: count } = piece;
    if (this.length + count > this.bytes.length) {
      this.makeRoom(count);
      if (count > MAX_SIZE) {
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

  /** The text of all pieces since the last time. */
  take(): string {
    this.flush();
    const text = this.texts.length === 1 ? (this.texts[0] as string) : this.texts.join("");
    this.texts = [];
    return text;
  }

  private makeRoom(count: number): void {
    this.flush();
    let { length } = this.bytes;
    while (length < MAX_SIZE && length < 4 * count + this.bytes.length) length *= 2;
    if (length > this.bytes.length) this.bytes = new Uint8Array(length);
  }

  private flush(): void {
    if (this.length === 0) return;
    this.texts.push(DECODER.decode(this.bytes.subarray(0, this.length)));
    this.length = 0;
  }
}
