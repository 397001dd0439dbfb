/**
 * What a trace is made of. A trace is all that comes of one request or event; a span is one step of it: a request, a
 * call of a function, an append, a query. Spans know their parents by id only, which may be in another process.
 *
 * All texts are byte strings, as Lua's.
 */

/** What shows of the client of a request. The spans within it have the same. */
export interface SpanClient {
  /** Names in lower case. */
  readonly headers: Readonly<Partial<Record<string, string | readonly string[]>>>;
  readonly address: string | undefined;
}

/** Is told of a span that has ended. Must not throw. */
export type TakeSpan = (span: Span) => void;

export interface Trace {
  /** Printable ASCII without spaces; 32 hexadecimal digits unless a client chose another. */
  readonly id: string;
  /** Whether whoever began the trace records it (W3C Trace Context, `sampled`). */
  readonly isSampled: boolean;
  /** The header `tracestate` that came with it, as it was sent. */
  readonly vendorState: string | undefined;
  readonly client: SpanClient | undefined;
  /** `undefined` when nobody wants to know. */
  readonly takeSpan: TakeSpan | undefined;
}

/** What a span is about. */
export interface SpanSubject {
  /** As HTTP calls it, or a word of the same kind for what is no request. */
  readonly method: string;
  /** Without a query: that may hold secrets. */
  readonly path: string;
  /** What is called. There should be few of them: spans are grouped by it. */
  readonly name: string;
}

export class Span {
  readonly trace: Trace;
  /** `undefined` for the first of a trace. */
  readonly parentId: string | undefined;
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Is known later than the beginning in requests. */
  name: string;
  /** Of `performance.now()`. */
  readonly startedMs: number;
  /** `undefined` until it has ended. */
  durationMs: number | undefined;
  /** As of HTTP: 200 when all went well. */
  status: number;
  /** Of the reply. */
  sizeBytes: number;

  // eslint-disable-next-line max-params -- an object for them would cost every request another one
  constructor(
    trace: Trace,
    parentId: string | undefined,
    id: string,
    { method, path, name }: SpanSubject,
    startedMs: number,
  ) {
    this.trace = trace;
    this.parentId = parentId;
    this.id = id;
    this.method = method;
    this.path = path;
    this.name = name;
    this.startedMs = startedMs;
    this.durationMs = undefined;
    this.status = 0;
    this.sizeBytes = 0;
  }

  /** Only the first call counts. */
  end(status: number, sizeBytes: number): void {
    if (this.durationMs !== undefined) return;
    this.durationMs = performance.now() - this.startedMs;
    this.status = status;
    this.sizeBytes = sizeBytes;
    this.trace.takeSpan?.(this);
  }
}
