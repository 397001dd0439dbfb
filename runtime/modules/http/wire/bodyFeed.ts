/** A body that is made while it is sent: whoever makes it is asked for a piece when the connection can take one. */
export class BodyFeed implements AsyncIterable<Uint8Array> {
  /** Is told that a piece is wanted; `give` or `end` answers. */
  onWanted: (() => void) | undefined = undefined;
  private wanting: ((result: IteratorResult<Uint8Array>) => void) | undefined = undefined;
  private hasBegun = false;
  private hasEnded = false;

  /** Whether a piece is wanted now. */
  get isWanted(): boolean {
    return this.wanting !== undefined;
  }

  /** Whether some of it may have been sent: then it can't be sent again. */
  get isUsed(): boolean {
    return this.hasBegun;
  }

  give(bytes: Uint8Array): void {
    const { wanting } = this;
    this.wanting = undefined;
    wanting?.({ done: false, value: bytes });
  }

  end(): void {
    this.hasEnded = true;
    const { wanting } = this;
    this.wanting = undefined;
    wanting?.({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => {
        this.hasBegun = true;
        if (this.hasEnded) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => {
          this.wanting = resolve;
          this.onWanted?.();
        });
      },
      // The connection is gone, or the response has come without all of it.
      return: () => {
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
