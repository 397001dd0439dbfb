/**
 * What functions print, as lines that say who printed them:
 *
 *     #3 orders | 2 items
 *
 * Many requests run at a time. What one of them writes in parts is kept until its line is complete, so
 * that lines are never mixed; but not for long: progress is to be seen.
 */
import type { Invocation } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import type { Paint, Style } from "../style.ts";

/** How long the beginning of a line waits for its end. */
const PATIENCE_MS = 200;

/** Longer lines are shown in parts. */
const MAX_PENDING_BYTES = 64 * 1024;

/** Takes lines, in bytes, each with its line break. */
type TakeLines = (bytes: string) => void;

/** The beginning of a line. */
interface Pending {
  bytes: string;
  readonly timer: NodeJS.Timeout;
  readonly take: TakeLines;
}

/** Stands for code that belongs to no call of a function. */
const NOBODY = Symbol("nobody");

type Writer = Invocation | typeof NOBODY;

export class OutputLines {
  private readonly paints: readonly Paint[];
  /** Of requests and events that have printed something. */
  private readonly numbers = new WeakMap<Invocation, number>();
  private lastNumber = 0;
  /** By stream. */
  private readonly pending = new Map<TakeLines, Map<Writer, Pending>>();

  constructor(style: Style) {
    this.paints = [style.cyan, style.magenta, style.yellow, style.blue, style.green];
  }

  /** @param invocation Whose code writes, if any does. */
  write(bytes: string, invocation: Invocation | undefined, take: TakeLines): void {
    const writer = invocation ?? NOBODY;
    const begun = this.takePending(writer, take);
    const text = begun + bytes;
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) take(this.tagged(text.slice(0, end), invocation));
    if (end < text.length) this.keep(text.slice(end), writer, take);
  }

  /** The request of an invocation has ended: shows what it has begun. */
  end(invocation: Invocation): void {
    for (const writers of this.pending.values()) {
      for (const writer of writers.keys()) {
        if (writer !== NOBODY && outermostOf(writer) === invocation) this.show(writer, writers);
      }
    }
  }

  /** Shows all that is begun. */
  flush(): void {
    for (const writers of this.pending.values()) {
      for (const writer of writers.keys()) this.show(writer, writers);
    }
  }

  /** "#3" in its colour, for a request that has printed something. */
  labelOf(invocation: Invocation): string | undefined {
    const number = this.numbers.get(invocation);
    return number === undefined ? undefined : this.paint(number, `#${String(number)}`);
  }

  private takePending(writer: Writer, take: TakeLines): string {
    const writers = this.pending.get(take);
    const found = writers?.get(writer);
    if (found === undefined) return "";
    writers?.delete(writer);
    clearTimeout(found.timer);
    return found.bytes;
  }

  private keep(bytes: string, writer: Writer, take: TakeLines): void {
    let writers = this.pending.get(take);
    if (writers === undefined) this.pending.set(take, (writers = new Map<Writer, Pending>()));
    const timer = setTimeout(() => {
      this.show(writer, writers);
    }, PATIENCE_MS);
    timer.unref();
    writers.set(writer, { bytes, timer, take });
    if (bytes.length > MAX_PENDING_BYTES) this.show(writer, writers);
  }

  private show(writer: Writer, writers: Map<Writer, Pending>): void {
    const found = writers.get(writer);
    if (found === undefined) return;
    writers.delete(writer);
    clearTimeout(found.timer);
    found.take(this.tagged(`${found.bytes}\n`, writer === NOBODY ? undefined : writer));
  }

  /** @param lines The last one with its line break, too. */
  private tagged(lines: string, invocation: Invocation | undefined): string {
    const name = invocation?.functionName;
    // Timers, and the gateway file while it is loaded, belong to no request.
    if (invocation === undefined || name === undefined) return lines;
    const number = this.numberOf(outermostOf(invocation));
    const tag = toBytes(`${this.paint(number, `#${String(number)} ${fromBytes(name)}`)} | `);
    return `${tag}${lines.slice(0, -1).replaceAll("\n", `\n${tag}`)}\n`;
  }

  private numberOf(invocation: Invocation): number {
    let number = this.numbers.get(invocation);
    if (number === undefined) this.numbers.set(invocation, (number = ++this.lastNumber));
    return number;
  }

  private paint(number: number, text: string): string {
    return (this.paints[number % this.paints.length] as Paint)(text);
  }
}

function outermostOf(invocation: Invocation): Invocation {
  let outermost = invocation;
  while (outermost.outer !== undefined) outermost = outermost.outer;
  return outermost;
}
