/**
 * Text that is put together from many short pieces. Strings that grow are trees of their pieces in V8, an object for
 * each, and are made flat in the end, which took longer than all else in printing; bytes of an array are just written.
 */

/** What no piece is longer than, or else it is kept by itself. */
const MAX_PIECE = 1 << 12;
const SIZE = 1 << 16;

export class TextWriter {
  private bytes = Buffer.allocUnsafe(SIZE);
  private length = 0;
  private texts: string[] = [];

  /** Appends a piece. */
  write(piece: string): void {
    const { length: count } = piece;
    if (this.length + count > SIZE) {
      this.flush();
      if (count > MAX_PIECE) {
        this.texts.push(piece);
        return;
      }
    }
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < count; index++) {
      const code = piece.charCodeAt(index);
      if (code > 0xff) {
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

  private flush(): void {
    if (this.length === 0) return;
    this.texts.push(this.bytes.toString("latin1", 0, this.length));
    this.length = 0;
  }
}
