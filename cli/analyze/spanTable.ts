/**
 * The spans of many traces, in columns: there may be millions, and an object for each would take several times the memory.
 *
 * Ids are kept as hashes of 53 bits. They are compared within a trace only, where two of a million spans are the same by
 * chance once in ten thousand cases.
 */

/** Stands for the parent of spans that have none. */
export const NO_ID = 0;

export class SpanTable {
  length = 0;
  /** Numbers of traces. */
  trace = new Uint32Array(INITIAL_LENGTH);
  /** Places in `names`. */
  name = new Uint32Array(INITIAL_LENGTH);
  id = new Float64Array(INITIAL_LENGTH);
  parent = new Float64Array(INITIAL_LENGTH);
  /** In milliseconds since 1970. */
  startMs = new Float64Array(INITIAL_LENGTH);
  durationMs = new Float64Array(INITIAL_LENGTH);
  status = new Uint16Array(INITIAL_LENGTH);
  readonly names: string[] = [];
  private readonly nameNumbers = new Map<string, number>();

  add(span: NewSpan): void {
    const place = this.length++;
    if (place === this.trace.length) this.grow();
    this.trace[place] = span.trace;
    this.name[place] = this.numberOf(span.name);
    this.id[place] = hashOf(span.id);
    this.parent[place] = span.parentId === "-" ? NO_ID : hashOf(span.parentId);
    this.startMs[place] = span.endMs - span.durationMs;
    this.durationMs[place] = span.durationMs;
    this.status[place] = span.status;
  }

  private numberOf(name: string): number {
    let number = this.nameNumbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.nameNumbers.set(name, number);
    }
    return number;
  }

  private grow(): void {
    const length = this.trace.length * 2;
    const grown = <Column extends { set(column: Column): void }>(column: Column, next: Column) => {
      next.set(column);
      return next;
    };
    this.trace = grown(this.trace, new Uint32Array(length));
    this.name = grown(this.name, new Uint32Array(length));
    this.id = grown(this.id, new Float64Array(length));
    this.parent = grown(this.parent, new Float64Array(length));
    this.startMs = grown(this.startMs, new Float64Array(length));
    this.durationMs = grown(this.durationMs, new Float64Array(length));
    this.status = grown(this.status, new Uint16Array(length));
  }
}

const INITIAL_LENGTH = 1024;

export interface NewSpan {
  readonly trace: number;
  readonly name: string;
  readonly id: string;
  /** "-" for none. */
  readonly parentId: string;
  readonly endMs: number;
  readonly durationMs: number;
  readonly status: number;
}

/** A hash of 53 bits (cyrb53), never `NO_ID`. */
function hashOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 2 ** 32 * ((2 ** 21 - 1) & low) + (high >>> 0) || 1;
}
