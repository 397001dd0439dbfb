/** A body that is made while it is sent. A piece counts as sent when the one who reads the stream has taken it. */

interface Piece {
  readonly bytes: Uint8Array;
  readonly onSent: (() => void) | undefined;
}

export class StreamedBody {
  readonly stream: ReadableStream<Uint8Array>;
  private readonly queue: Piece[] = [];
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined = undefined;
  /** Whether somebody waits for a piece. */
  private isWanted = false;
  private hasEnded = false;
  private isOver = false;
  private readonly onOver: (isGone: boolean) => void;

  /** @param onOver Is called once: when all of it was taken, or it was broken off (`isGone`). */
  constructor(onOver: (isGone: boolean) => void) {
    this.onOver = onOver;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => {
          this.isWanted = true;
          this.give();
        },
        cancel: () => {
          this.breakOff();
        },
      },
      { highWaterMark: 0 },
    );
  }

  write(bytes: Uint8Array, onSent?: () => void): void {
    if (this.hasEnded) {
      onSent?.();
      return;
    }
    this.queue.push({ bytes, onSent });
    this.give();
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.give();
  }

  /** Whoever reads it sees that it is not complete. */
  destroy(): void {
    if (this.isOver) return;
    this.controller?.error(new Error("the reply was broken off"));
    this.breakOff();
  }

  private breakOff(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.hasEnded = true;
    this.queue.length = 0;
    this.onOver(true);
  }

  private give(): void {
    this.passEmpty();
    if (this.isWanted) {
      const piece = this.queue.shift();
      if (piece !== undefined) {
        this.isWanted = false;
        this.controller?.enqueue(piece.bytes);
        piece.onSent?.();
        this.passEmpty();
      }
    }
    // Nobody needs to ask for the end.
    if (this.hasEnded && this.queue.length === 0) this.close();
  }

  /** A stream knows no empty pieces: they only ask when what is before them was taken. */
  private passEmpty(): void {
    while (this.queue[0]?.bytes.length === 0) this.queue.shift()?.onSent?.();
  }

  private close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.controller?.close();
    this.onOver(false);
  }
}
