/**
 * A request, to its end: redirects are followed, connections that turn out to be closed are replaced. Everything that
 * happens is told by callbacks; `end` is told once, and after `abort` nobody is.
 */
import type { Span } from "../../../core/span.ts";
import { CallTimers, type TimedCall } from "./callTimers.ts";
import type { Connection, ResponseHead } from "./connection.ts";
import { encodingOf, type Encoding } from "./decoder.ts";
import { Exchange, type ExchangeOwner } from "./exchange.ts";
import { Failure, failureOf } from "./failure.ts";
import { placeText } from "./openSocket.ts";
import type { CallEnd, CallSurroundings, Response } from "./outcome.ts";
import type { RequestPlan } from "./plan.ts";
import type { Asking } from "./pool.ts";
import { locationOf, redirected } from "./redirect.ts";
import { discardedBody, ResponseBody, type BodyOwner } from "./responseBody.ts";
import { placeOf } from "./target.ts";
import { ABORTED, statusFor, type StopReason } from "./stopReason.ts";
import { headerOf, toWire, withoutEncoding } from "./wireRequest.ts";

/** What may be asked twice without harm (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

export class Call implements Asking, ExchangeOwner, BodyOwner, TimedCall {
  /** Is called when nothing is left to do, also for a body that is read piece by piece. */
  onOver: (() => void) | undefined = undefined;
  /** What is asked now: each redirect that is followed leads to another one. */
  plan: RequestPlan;
  private readonly around: CallSurroundings;
  private end: CallEnd | undefined;
  private readonly timers: CallTimers;
  private followed = 0;
  /** How often a connection was asked for. */
  private askCount = 0;
  /** Which of those is still to be answered; 0 for none. */
  private asking = 0;
  private giveUpAsking: (() => void) | undefined = undefined;
  private exchange: Exchange | undefined = undefined;
  private span: Span | undefined = undefined;
  private body: ResponseBody | undefined = undefined;
  private response: Response | undefined = undefined;
  /** Of the latest response. */
  private status = 0;
  private isSettling = false;
  /** What is to be done once undici is done with what came. */
  private returned: Exchange | undefined = undefined;
  private answering: CallEnd | undefined = undefined;

  constructor(plan: RequestPlan, around: CallSurroundings, end: CallEnd) {
    this.plan = plan;
    this.around = around;
    this.end = end;
    this.timers = new CallTimers(this, around.clock);
  }

  start(): void {
    this.timers.start();
    this.ask(true);
  }

  /** Gives up, for good: also a body that is still to be read. */
  abort(): void {
    this.end = undefined;
    this.answering = undefined;
    this.stop(ABORTED);
  }

  /**
   * Waits for the next piece of a body no longer than agreed.
   *
   * @returns Takes it back.
   */
  readTimeout(): (() => void) | undefined {
    return this.timers.watch("read");
  }

  private ask(mayReuse: boolean): void {
    const { plan, around } = this;
    this.span ??= around.beginSpan(plan);
    const turn = ++this.askCount;
    this.asking = turn;
    const giveUp = around.pool.ask(placeOf(plan.target, plan.tls), this, mayReuse);
    // A connection that was idle is there at once.
    if (this.asking !== turn) return;
    this.giveUpAsking = giveUp;
    this.timers.begin("connect");
  }

  /** As the one who asked for a connection. */
  got(connection: Connection): void {
    const { plan, around, span } = this;
    this.asking = 0;
    this.giveUpAsking = undefined;
    this.exchange = new Exchange(this, connection);
    this.timers.begin("headers");
    connection.send(
      toWire(plan, span === undefined ? undefined : around.traceHeaders(span)),
      this.exchange,
    );
  }

  /** As the one who asked for a connection. */
  failed(error: unknown): void {
    this.asking = 0;
    this.giveUpAsking = undefined;
    this.failBy(error);
  }

  headCame(exchange: Exchange, head: ResponseHead): ResponseBody {
    this.status = head.status;
    exchange.location = locationOf(this.plan, head.status, head.headers);
    return exchange.location === undefined
      ? this.receive(exchange.connection, head)
      : discardedBody(exchange.connection);
  }

  exchangeEnded(exchange: Exchange, trailers: readonly string[]): void {
    this.exchange = undefined;
    // Whether it stays open shows when what came with the end has been dealt with.
    this.returned = exchange;
    this.settleSoon();
    exchange.body?.end(trailers);
  }

  exchangeFailed(exchange: Exchange, error: unknown, isUnsent: boolean): void {
    if (this.exchange !== exchange) return;
    this.exchange = undefined;
    const { location, body, isReused } = exchange;
    if (location !== undefined) this.follow(location);
    else if (body === undefined && isReused && this.mayRepeat(isUnsent)) this.ask(false);
    else this.failBy(error);
  }

  /** The server closes connections that were idle, just when one is used. */
  private mayRepeat(isUnsent: boolean): boolean {
    const { body, method } = this.plan;
    if (this.end === undefined) return false;
    if (body !== undefined && "isUsed" in body && body.isUsed) return false;
    return isUnsent || IDEMPOTENT.has(method);
  }

  private settleSoon(): void {
    if (this.isSettling) return;
    this.isSettling = true;
    queueMicrotask(() => {
      this.settle();
    });
  }

  private settle(): void {
    const { returned, answering, response } = this;
    this.isSettling = false;
    this.returned = undefined;
    this.answering = undefined;
    if (returned !== undefined) {
      this.around.pool.release(returned.connection);
      // Not before the connection is back.
      if (returned.location !== undefined) this.follow(returned.location);
    }
    if (response !== undefined) answering?.answered(response);
  }

  private receive(connection: Connection, { status, reason, headers }: ResponseHead): ResponseBody {
    const { plan } = this;
    const encoding = plan.decodes ? this.encodingOf(status, headers) : undefined;
    const body = new ResponseBody(connection, {
      encoding,
      maximum: plan.maximumBytes,
      isWhole: !plan.isStreamed,
      owner: this,
    });
    this.body = body;
    this.response = {
      status,
      reason,
      headers: encoding === undefined ? headers : withoutEncoding(headers),
      target: plan.target,
      body,
      call: this,
    };
    if (plan.isStreamed) this.answer();
    else this.timers.begin("read");
    return body;
  }

  private encodingOf(status: number, headers: readonly string[]): Encoding | undefined {
    if (this.plan.method === "HEAD" || status === 204 || status === 304) return undefined;
    return encodingOf(headerOf(headers, "content-encoding"));
  }

  bodyChanged(body: ResponseBody): void {
    if (body.isOver) this.bodyOver(body);
    else if (!this.plan.isStreamed) this.timers.begin("read");
  }

  private bodyOver(body: ResponseBody): void {
    const { problem } = body;
    this.stop(problem?.kind);
    if (problem !== undefined) this.tellFailure(problem);
    else if (!this.plan.isStreamed) this.answer();
  }

  private answer(): void {
    this.timers.endPhase();
    // Code of a program runs when undici is done with what came.
    this.answering = this.end;
    this.end = undefined;
    this.settleSoon();
  }

  private follow(location: string): void {
    if (this.end === undefined) return;
    this.span?.end(this.status, 0);
    this.span = undefined;
    const next = redirected(this.plan, this.status, location, this.followed++);
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
      failure = failureOf(error, placeText(this.plan.target));
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
    this.timers.stop();
    this.giveUpAsking?.();
    this.giveUpAsking = undefined;
    const { exchange, body, span } = this;
    this.span = undefined;
    // First: a body that is given up has an end of its own.
    span?.end(statusFor(problem, this.status), body?.sizeBytes ?? 0);
    if (problem !== undefined) {
      this.exchange = undefined;
      exchange?.connection.close();
      if (body?.isOver === false) body.abandon();
    }
    this.onOver?.();
    this.onOver = undefined;
  }
}
