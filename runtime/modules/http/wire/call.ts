/**
 * A request, to its end: redirects are followed, connections that turn out to be closed are replaced. Everything that
 * happens is told by callbacks; `end` is told once, and after `abort` nobody is.
 */
import type { Span } from "../../../core/span.ts";
import type { Header } from "../../../functions/index.ts";
import type { Connection, ResponseHead, ResponseListener } from "./connection.ts";
import { encodingOf, type Encoding } from "./decoder.ts";
import { Failure, failureOf } from "./failure.ts";
import { placeText } from "./openSocket.ts";
import type { CallEnd, CallSurroundings, Response } from "./outcome.ts";
import { placeOf, type RequestPlan } from "./plan.ts";
import { locationOf, redirected } from "./redirect.ts";
import { ResponseBody } from "./responseBody.ts";
import { pairs, toWire } from "./wireRequest.ts";

/** What may be asked twice without harm (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** Of a redirect's body so much is read, to keep the connection. */
const MAX_DISCARDED_BYTES = 64 * 1024;

export class Call {
  /** Is called when nothing is left to do, also for a body that is read piece by piece. */
  onOver: (() => void) | undefined = undefined;
  private plan: RequestPlan;
  private readonly around: CallSurroundings;
  private end: CallEnd | undefined;
  private followed = 0;
  private giveUpAsking: (() => void) | undefined = undefined;
  private connection: Connection | undefined = undefined;
  private cancelDeadline: (() => void) | undefined = undefined;
  private cancelPhase: (() => void) | undefined = undefined;
  private span: Span | undefined = undefined;
  private body: ResponseBody | undefined = undefined;
  private response: Response | undefined = undefined;
  /** Of the latest response. */
  private status = 0;

  constructor(plan: RequestPlan, around: CallSurroundings, end: CallEnd) {
    this.plan = plan;
    this.around = around;
    this.end = end;
  }

  start(): void {
    const { totalMs } = this.plan.timeouts;
    this.cancelDeadline = this.after(totalMs, () => {
      const text = `timeout: no complete response from ${this.placeText} within ${seconds(totalMs)}`;
      this.fail(new Failure("timeout", text));
    });
    this.ask(true);
  }

  /** Gives up, for good: also a body that is still to be read. */
  abort(): void {
    this.end = undefined;
    this.stop(ABORTED);
  }

  /**
   * Waits for the next piece of a body no longer than agreed.
   *
   * @returns Takes it back.
   */
  readTimeout(): (() => void) | undefined {
    const { readMs } = this.plan.timeouts;
    return this.after(readMs, () => {
      this.fail(new Failure("timeout", `timeout: ${this.silenceText}`));
    });
  }

  private get silenceText(): string {
    return `nothing more came from ${this.placeText} for ${seconds(this.plan.timeouts.readMs)}`;
  }

  private get placeText(): string {
    return placeText(placeOf(this.plan.url, this.plan.tls));
  }

  private after(delayMs: number, callback: () => void): (() => void) | undefined {
    // Connections keep a process alive as long as somebody waits for them.
    return delayMs === Infinity ? undefined : this.around.clock.after(delayMs, callback, true);
  }

  /** Begins a part of the call that has a timeout of its own. */
  private phase(delayMs: number, text: () => string): void {
    this.cancelPhase?.();
    this.cancelPhase = this.after(delayMs, () => {
      this.fail(new Failure("timeout", `timeout: ${text()}`));
    });
  }

  private ask(mayReuse: boolean): void {
    const { plan, around } = this;
    const { connectMs } = plan.timeouts;
    this.span ??= around.beginSpan(plan.method, plan.url);
    this.phase(connectMs, () => `no connection to ${this.placeText} within ${seconds(connectMs)}`);
    const asked = { isOver: false };
    const over = (): void => {
      asked.isOver = true;
      this.giveUpAsking = undefined;
    };
    const asking = {
      got: (connection: Connection): void => {
        over();
        this.send(connection);
      },
      failed: (error: unknown): void => {
        over();
        this.failBy(error);
      },
    };
    const giveUp = around.pool.ask(placeOf(plan.url, plan.tls), asking, mayReuse);
    if (!asked.isOver) this.giveUpAsking = giveUp;
  }

  private send(connection: Connection): void {
    const { plan } = this;
    const { headersMs } = plan.timeouts;
    this.connection = connection;
    this.phase(headersMs, () => `no response from ${this.placeText} within ${seconds(headersMs)}`);
    const isReused = connection.useCount > 0;
    const request = toWire(
      plan,
      this.span === undefined ? {} : this.around.traceHeaders(this.span),
    );
    connection.send(request, this.listen(connection, isReused));
  }

  private listen(connection: Connection, isReused: boolean): ResponseListener {
    let body: ResponseBody | undefined;
    let next: (() => void) | undefined;
    return {
      head: (head) => {
        const headers = pairs(head.headers);
        this.status = head.status;
        const location = locationOf(this.plan, head.status, headers);
        if (location === undefined) {
          body = this.receive(connection, head, headers);
        } else {
          body = discarded(connection);
          next = () => {
            this.follow(head.status, location);
          };
        }
        return true;
      },
      data: (bytes) => body?.push(bytes) ?? true,
      end: (trailers) => {
        this.connection = undefined;
        this.giveBack(connection);
        body?.end(trailers);
        // Not before the connection is back.
        if (next !== undefined) queueMicrotask(next);
      },
      fail: (error, isUnsent) => {
        if (this.connection !== connection) return;
        this.connection = undefined;
        if (next !== undefined) next();
        else if (body === undefined && isReused && this.mayRepeat(isUnsent)) this.ask(false);
        else this.failBy(error);
      },
    };
  }

  /** The server closes connections that were idle, just when one is used. */
  private mayRepeat(isUnsent: boolean): boolean {
    const { body, method } = this.plan;
    if (this.end === undefined) return false;
    if (body !== undefined && "isUsed" in body && body.isUsed) return false;
    return isUnsent || IDEMPOTENT.has(method);
  }

  private giveBack(connection: Connection): void {
    // Whether it stays open shows when what came with the end has been dealt with.
    queueMicrotask(() => {
      this.around.pool.release(connection);
    });
  }

  private receive(
    connection: Connection,
    { status, reason }: ResponseHead,
    headers: readonly Header[],
  ): ResponseBody {
    const { plan } = this;
    const encoding = plan.decodes ? this.encodingOf(status, headers) : undefined;
    const body = new ResponseBody(connection, {
      encoding,
      maximum: plan.maximumBytes,
      isWhole: !plan.isStreamed,
      onNews: () => {
        this.news();
      },
    });
    this.body = body;
    const isPlain = encoding === undefined;
    this.response = {
      status,
      reason,
      headers: isPlain ? headers : headers.filter(([name]) => !ENCODED.test(name)),
      url: plan.url,
      body,
      call: this,
    };
    if (plan.isStreamed) this.answer();
    else this.awaitMore();
    return body;
  }

  private encodingOf(status: number, headers: readonly Header[]): Encoding | undefined {
    if (this.plan.method === "HEAD" || status === 204 || status === 304) return undefined;
    return encodingOf(headers.find(([name]) => name.toLowerCase() === "content-encoding")?.[1]);
  }

  /** Something came of the body. */
  private news(): void {
    const { body, plan } = this;
    if (body === undefined) return;
    if (body.isOver) this.bodyOver(body);
    else if (!plan.isStreamed) this.awaitMore();
  }

  private awaitMore(): void {
    this.phase(this.plan.timeouts.readMs, () => this.silenceText);
  }

  private bodyOver(body: ResponseBody): void {
    const { problem } = body;
    this.stop(problem?.kind);
    if (problem !== undefined) this.tellFailure(problem);
    else if (!this.plan.isStreamed) this.answer();
  }

  private answer(): void {
    const { end, response } = this;
    if (response === undefined) return;
    this.end = undefined;
    this.cancelPhase?.();
    this.cancelPhase = undefined;
    // Code of a program runs when undici is done with what came.
    if (end !== undefined)
      queueMicrotask(() => {
        end.answered(response);
      });
  }

  private follow(status: number, location: string): void {
    if (this.end === undefined) return;
    this.span?.end(status, 0);
    this.span = undefined;
    const next = redirected(this.plan, status, location, this.followed++);
    if (next instanceof Failure) {
      this.fail(next);
      return;
    }
    this.plan = next;
    this.ask(true);
  }

  private failBy(error: unknown): void {
    let failure: Failure;
    try {
      failure = failureOf(error, this.placeText);
    } catch (bug) {
      const { end } = this;
      this.end = undefined;
      this.stop("bug");
      if (end !== undefined)
        queueMicrotask(() => {
          end.broke(bug);
        });
      return;
    }
    this.fail(failure);
  }

  /** Ends it. */
  fail(failure: Failure): void {
    const { body } = this;
    // Who reads the body is told by it, and so is this call.
    if (body !== undefined && !body.isOver) {
      body.fail(failure);
      return;
    }
    this.stop(failure.kind);
    this.tellFailure(failure);
  }

  private tellFailure(failure: Failure): void {
    const { end } = this;
    this.end = undefined;
    if (end !== undefined)
      queueMicrotask(() => {
        end.failed(failure);
      });
  }

  /** Lets go of everything. @param problem `undefined` when all went well. */
  private stop(problem: StopReason | undefined): void {
    this.cancelDeadline?.();
    this.cancelPhase?.();
    this.cancelDeadline = undefined;
    this.cancelPhase = undefined;
    this.giveUpAsking?.();
    this.giveUpAsking = undefined;
    const { connection, body, span } = this;
    this.span = undefined;
    // First: a body that is given up has an end of its own.
    span?.end(statusFor(problem, this.status), body?.sizeBytes ?? 0);
    if (problem !== undefined) {
      this.connection = undefined;
      connection?.close();
      if (body?.isOver === false) body.abandon();
    }
    this.onOver?.();
    this.onOver = undefined;
  }
}

const ABORTED = "aborted";
type StopReason = Failure["kind"] | typeof ABORTED | "bug";

/** What the log says of a request that had no response: what a server between would have answered. */
function statusFor(problem: StopReason | undefined, status: number): number {
  if (problem === undefined) return status;
  if (problem === "timeout") return 504;
  return problem === ABORTED ? 499 : 502;
}

/** No longer true of a body that was decoded. */
const ENCODED = /^content-(?:encoding|length)$/i;

/** The body of a redirect, of which nobody wants to know. */
function discarded(connection: Connection): ResponseBody {
  const body = new ResponseBody(connection, {
    encoding: undefined,
    maximum: MAX_DISCARDED_BYTES,
    isWhole: true,
    onNews: () => {
      body.take();
    },
  });
  return body;
}

/** "1 s", "0.5 s" */
function seconds(milliseconds: number): string {
  return `${String(milliseconds / 1000)} s`;
}
