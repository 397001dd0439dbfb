/**
 * What several files write at the same time, in the order of the files: that of the first that has not ended comes as it
 * is written, that of the others when their turn has come.
 */
import type { FileOutput } from "./runTestFile.ts";

/** Where it goes. */
export interface OrderedSink extends FileOutput {
  /** A file's turn has come. */
  begin(index: number): void;
  /** All of a file has been written. */
  end(index: number): void;
}

interface Piece {
  readonly stream: keyof FileOutput;
  readonly text: string;
}

interface Held {
  pieces: Piece[];
  hasEnded: boolean;
}

export class OrderedOutput {
  private readonly sink: OrderedSink;
  private readonly held: readonly Held[];
  /** Whose turn it is. */
  private current = -1;

  /** @param count How many files there are. */
  constructor(sink: OrderedSink, count: number) {
    this.sink = sink;
    this.held = Array.from({ length: count }, () => ({ pieces: [], hasEnded: false }));
    this.goOn();
  }

  /** For what a file writes. */
  of(index: number): FileOutput {
    const write = (stream: keyof FileOutput) => (text: string) => {
      if (index === this.current) this.sink[stream](text);
      else this.held[index]?.pieces.push({ stream, text });
    };
    return { out: write("out"), error: write("error") };
  }

  /** A file has ended, or never began. */
  end(index: number): void {
    const held = this.held[index];
    if (held === undefined) return;
    held.hasEnded = true;
    if (index !== this.current) return;
    this.sink.end(index);
    this.goOn();
  }

  private goOn(): void {
    for (;;) {
      const held = this.held[++this.current];
      if (held === undefined) return;
      this.sink.begin(this.current);
      for (const { stream, text } of held.pieces) this.sink[stream](text);
      held.pieces = [];
      if (!held.hasEnded) return;
      this.sink.end(this.current);
    }
  }
}
