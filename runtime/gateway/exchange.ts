/** Requests on their way through Fastify, and the replies to them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Invocation, InvocationLimits } from "../core/invocation.ts";
import type { TakeSpan } from "../core/span.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import type { CapturedReply, Subrequest } from "../http.ts";
import {
  errorReply,
  functionsOf,
  type CallEnd,
  type Failure,
  type LogSettings,
  type Mode,
  type Reply,
} from "../functions/index.ts";
import { prefersHtml } from "./accept.ts";
import { createTokenCheck, isLoopback } from "./access.ts";
import { readArrival, type Arrival } from "./arrival.ts";
import { arrivalOf, attachArrival, outerOf } from "./attached.ts";
import { createClientFinder, type ClientFinder, type ProxyTrust } from "./client.ts";
import { applyCors, joinVary, type CorsRules } from "./cors.ts";
import { corsOf, CorsQuestions } from "./corsQuestions.ts";
import { parseBody } from "./body/index.ts";
import { fromBuffer, toBuffer } from "./bytes.ts";
import { reportError, type ErrorReport } from "./errorReport.ts";
import { FileReplies } from "./fileReply.ts";
import { gatherArguments, invoke, invokeDirectly } from "./invoke.ts";
import { sendAndLinger } from "./linger.ts";
import type { Conclusion } from "./own/conclude.ts";
import { applyHeaders, type OwnReply } from "./own/ownReply.ts";
import { RequestedCall, type CallingGateway } from "./own/requestedCall.ts";
import { Subrequests } from "./own/subrequests.ts";
import { replyToError } from "./replyToError.ts";
import { refusedSpan, TRACE_HEADER } from "./requestSpan.ts";
import { NO_PARAMETERS, parametersOf, type Route } from "./routes.ts";
import type { StaticFolder } from "./static/index.ts";

export interface GatewayOptions {
  /** With its libraries open; `require` finds `app/gateway.lua` and the functions. */
  readonly state: LuaState;
  readonly mode: Mode;
  /** Lets a request call any function in `app/`. Unset or empty: none may. */
  readonly internalToken: string | undefined;
  /** What each call of a function may use; unlimited unless given. */
  readonly limits?: InvocationLimits;
  /** How its functions log. */
  readonly log?: LogSettings;
  /** Larger bodies are refused with 413. */
  readonly bodyLimitBytes?: number;
  /** Whose word on the client counts; nobody's unless given. */
  readonly trustProxy?: ProxyTrust | undefined;
  /** Which pages of other origins may read replies; none unless given. */
  readonly cors?: CorsRules | undefined;
  /** Folders whose files are there for requests that no route fits. */
  readonly staticFolders?: readonly StaticFolder[] | undefined;
  /** Called once per request, when its reply is made. */
  readonly onRequest?: (entry: AccessEntry) => void;
  /** Called at the end of each span of a request: of itself, of what it calls, ... */
  readonly onSpan?: TakeSpan;
  /** Called with what was thrown when a request runs into a bug of ours. */
  readonly onBug?: (thrown: unknown) => void;
  /**
   * Makes the page that a client gets in place of JSON when it prefers HTML and the reply tells of an
   * error. In development only: the page may tell everything.
   *
   * @returns HTML.
   */
  readonly renderErrorPage?: (report: ErrorReport) => string;
}

/** One request, for a log. */
export interface AccessEntry {
  readonly status: number;
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** As the row of the gateway file has it, or "/assets/*" for files, in bytes; `undefined` when there is none. */
  readonly route?: string | undefined;
  /** In bytes; `undefined` when no function was called. */
  readonly functionName?: string | undefined;
  /** The call of that function. */
  readonly invocation?: Invocation | undefined;
  readonly durationMs: number;
  /** Why the function failed; complete in production too. */
  readonly failure?: Failure | undefined;
}

/** What was refused before it came to the gateway: no HTTP, too large, too slow, or HTTP that nobody should send. */
export interface NotedRefusal {
  readonly status: number;
  readonly sizeBytes: number;
  /** `undefined` where it is none. */
  readonly request: IncomingMessage | undefined;
  /** Of the connection. */
  readonly address: string | undefined;
}

interface SentReply {
  readonly status: number;
  readonly sizeBytes: number;
  readonly failure?: Failure | undefined;
  /** Of what was no call. */
  readonly route?: string;
}

/** nginx was set up with this limit for the original. */
export const DEFAULT_BODY_LIMIT_BYTES = 20 * 1024 * 1024;

/** The status for a body over the limit; the rest of it may be on its way. */
const TOO_LARGE = 413;

export class Exchange implements CallingGateway {
  readonly bodyLimitBytes: number;
  readonly subrequests = new Subrequests();
  /** Looks for a route once more. */
  routeAgain: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  private readonly options: GatewayOptions;
  /** `undefined` when no row has rules of its own. */
  private readonly corsQuestions: CorsQuestions | undefined;
  private readonly isToken: (value: unknown) => boolean;
  private readonly findClient: ClientFinder;
  /** `undefined` when no folder is published. */
  private readonly files: FileReplies | undefined;

  constructor(options: GatewayOptions, { hasRowCors }: { readonly hasRowCors: boolean }) {
    this.options = options;
    this.corsQuestions = hasRowCors ? new CorsQuestions() : undefined;
    this.bodyLimitBytes = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
    this.isToken = createTokenCheck(options.internalToken);
    this.findClient = createClientFinder(options.trustProxy);
    const { staticFolders = [] } = options;
    this.files = staticFolders.length === 0 ? undefined : new FileReplies(this, staticFolders);
  }

  /** @returns What the router shall look up. */
  arrive(request: IncomingMessage): string {
    // Routed once more.
    const known = arrivalOf(request);
    if (known !== undefined) return known.routingUrl;
    this.subrequests.arrive(request);
    const arrival = readArrival(request, {
      isToken: this.isToken,
      findClient: this.findClient,
      takeSpan: this.options.onSpan,
    });
    attachArrival(request, arrival);
    this.corsQuestions?.look(request);
    return arrival.routingUrl;
  }

  /**
   * Private functions are for this machine. Behind a reverse proxy everybody seems to be on it, so
   * production asks for the token.
   */
  mayCallDirectly(request: FastifyRequest, mode: Mode): boolean {
    if (this.arrivalOf(request).hasToken || this.isSubrequest(request)) return true;
    const { client } = this.arrivalOf(request);
    return mode !== "production" && client.isDirect && isLoopback(client.address);
  }

  /** @returns Whether the request has its answer. */
  answerCors(request: FastifyRequest, reply: FastifyReply): boolean {
    const { corsQuestions } = this;
    if (corsQuestions?.isPassedOn(request.raw) === true) return false;
    const isAsked = corsQuestions?.restore(request.raw) ?? false;
    const rules = corsOf(request, this.options.cors);
    if (rules === undefined || this.isSubrequest(request)) {
      if (!isAsked) return false;
      // Nobody answers it but the function that has OPTIONS of this path, if any.
      corsQuestions?.passOn(request.raw);
      reply.hijack();
      this.routeAgain(request.raw, reply.raw);
      return true;
    }
    switch (applyCors(rules, request.raw, reply.raw)) {
      case "other":
        return false;
      case "forbidden":
        this.send(errorReply(403, "pages of this origin may not use it"), request, reply);
        return true;
      case "preflight":
        void reply.code(204).header(TRACE_HEADER, this.arrivalOf(request).span.trace.id).send();
        this.logReply({ status: 204, sizeBytes: 0 }, request);
        return true;
    }
  }

  callRoute(route: Route, request: FastifyRequest, reply: FastifyReply): void {
    const parameters = parametersOf(route, request.params as Readonly<Record<string, string>>);
    if (parameters === undefined) {
      this.answerWithoutRoute(request, reply);
      return;
    }
    const call = this.newCall(route.functionName, request, reply, parameters);
    call.route = route.path;
    const args = this.readArguments(request, parameters);
    invoke(call, args, route.hooks, this.sender(request, reply, call));
  }

  answerWithoutRoute(request: FastifyRequest, reply: FastifyReply): void {
    if (this.files === undefined) this.send(errorReply(404, "not found"), request, reply);
    else this.files.answer(request, reply);
  }

  callDirectly(request: FastifyRequest, reply: FastifyReply): void {
    const { directName: name = "" } = this.arrivalOf(request);
    const call = this.newCall(name, request, reply, NO_PARAMETERS);
    const args = this.readArguments(request, NO_PARAMETERS);
    invokeDirectly(call, args, this.sender(request, reply, call));
  }

  private newCall(
    functionName: string,
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: ReadonlyMap<string, string>,
  ): RequestedCall {
    const outer = outerOf(request.raw)?.invocation;
    const invocation = functionsOf(this.options.state).newInvocation(outer);
    const { span } = this.arrivalOf(request);
    span.name = functionName;
    invocation.span = span;
    const call = new RequestedCall(functionName, invocation, this, request, reply, parameters);
    invocation.request = call;
    return call;
  }

  /** Sends what comes of a call. */
  private sender(
    request: FastifyRequest,
    reply: FastifyReply,
    call: RequestedCall,
  ): CallEnd<Conclusion> {
    return {
      ended: ({ reply: made, isSent }) => {
        if (!isSent) this.send(made, request, reply, call);
        else {
          const { status, failure } = made;
          const sizeBytes = call.ownReply?.sizeBytes ?? 0;
          this.logReply({ status, failure, sizeBytes }, request, call);
        }
      },
      failed: (thrown) => {
        if (call.ownReply?.isOnWire === true) this.failWithin(thrown, call.ownReply, request);
        else this.fail(thrown, request, reply);
      },
    };
  }

  fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { reply: answer, isBug } = replyToError(thrown, this.bodyLimitBytes);
    if (isBug) this.options.onBug?.(thrown);
    const isComing = answer.status === TOO_LARGE && !request.raw.complete;
    if (isComing) this.refuseRest(answer, request, reply);
    else this.send(answer, request, reply);
  }

  /** A bug of ours, when the client has a part of a reply already. */
  private failWithin(thrown: unknown, ownReply: OwnReply, request: FastifyRequest): void {
    this.options.onBug?.(thrown);
    ownReply.abort();
    this.logReply({ status: ownReply.status, sizeBytes: ownReply.sizeBytes }, request);
  }

  private refuseRest({ status, body }: Reply, request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    const bytes = toBuffer(body);
    reply.raw.setHeader(TRACE_HEADER, this.arrivalOf(request).span.trace.id);
    sendAndLinger(request.raw, reply.raw, { status, body: bytes });
    this.logReply({ status, sizeBytes: bytes.length }, request);
  }

  send(answer: Reply, request: FastifyRequest, reply: FastifyReply, call?: RequestedCall): void {
    // Closed at once, a connection with bytes unread would lose the reply, and those before it.
    const isCutShort = !request.raw.complete && !reply.raw.shouldKeepAlive;
    // Who asks first whether to send a body does not send it.
    const isComing = isCutShort && request.headers.expect === undefined;
    if (isComing && call === undefined && !this.wantsPage(request)) {
      this.refuseRest(answer, request, reply);
      return;
    }
    if (this.isPlain(answer, call)) {
      this.sendPlain(answer, request, reply, call);
      return;
    }
    const page = this.pageFor(answer, request, reply, call);
    const type = page === undefined ? "application/json" : "text/html; charset=utf-8";
    const bytes = page === undefined ? toBuffer(answer.body) : Buffer.from(page, "utf8");
    void reply
      .code(answer.status)
      .header("content-type", type)
      .header(TRACE_HEADER, this.arrivalOf(request).span.trace.id);
    if (call?.ownReply !== undefined) applyHeaders(call.ownReply, reply, answer.status);
    void reply.send(bytes);
    const { status, failure } = answer;
    this.logReply({ status, failure, sizeBytes: bytes.length }, request, call);
  }

  /** Whether a reply is an envelope with a body, in which neither the function nor a page for people has a part. */
  private isPlain({ status }: Reply, call: RequestedCall | undefined): boolean {
    const mayBePage = this.options.renderErrorPage !== undefined && status >= 400;
    const hasBody = status >= 200 && status !== 204 && status !== 304;
    return hasBody && !mayBePage && call?.ownReply === undefined;
  }

  /**
   * Sends an envelope without Fastify, whose ways to send anything take as long as the function (measured: 34 us a request
   * in place of 36). A string goes out in one piece with its head.
   */
  private sendPlain(
    { status, body, failure }: Reply,
    request: FastifyRequest,
    reply: FastifyReply,
    call: RequestedCall | undefined,
  ): void {
    const { raw } = reply;
    reply.hijack();
    raw.writeHead(status, {
      "content-type": "application/json",
      [TRACE_HEADER]: this.arrivalOf(request).span.trace.id,
      "content-length": body.length,
    });
    raw.end(body, "latin1");
    this.logReply({ status, failure, sizeBytes: body.length }, request, call);
  }

  /** What the client gets in place of JSON, if anything. */
  private pageFor(
    answer: Reply,
    request: FastifyRequest,
    reply: FastifyReply,
    call: RequestedCall | undefined,
  ): string | undefined {
    const { renderErrorPage, onBug } = this.options;
    if (renderErrorPage === undefined || answer.status < 400) return undefined;
    const vary = joinVary(reply.raw.getHeader("vary"), "Accept");
    void reply.headers({ vary, "cache-control": "no-store" });
    if (!this.wantsPage(request)) return undefined;
    try {
      const { state } = this.options;
      return renderErrorPage(
        reportError(answer, request, this.arrivalOf(request), { call, state }),
      );
    } catch (thrown) {
      onBug?.(thrown);
      return undefined;
    }
  }

  private wantsPage({ headers }: FastifyRequest): boolean {
    return this.options.renderErrorPage !== undefined && prefersHtml(headers.accept);
  }

  /** The reply is on its way: whatever goes wrong here changes nothing for the client. */
  logReply(
    { status, failure, sizeBytes, route }: SentReply,
    request: FastifyRequest,
    call?: RequestedCall,
  ): void {
    const { path, span } = this.arrivalOf(request);
    const { method } = request;
    try {
      span.end(status, method === "HEAD" ? 0 : sizeBytes);
      this.options.onRequest?.({
        status,
        method,
        path,
        route: call === undefined ? route : call.route,
        functionName: call?.functionName,
        invocation: call?.invocation,
        durationMs: performance.now() - span.startedMs,
        failure,
      });
    } catch (thrown) {
      this.options.onBug?.(thrown);
    }
  }

  noteRefusal({ status, sizeBytes, request, address }: NotedRefusal): void {
    const { onSpan: takeSpan, onRequest, onBug } = this.options;
    try {
      const span = refusedSpan(request, address, takeSpan);
      span.end(status, sizeBytes);
      const { method, path, durationMs = 0 } = span;
      onRequest?.({ status, method, path, durationMs });
    } catch (thrown) {
      onBug?.(thrown);
    }
  }

  capture(subrequest: Subrequest, outer: RequestedCall): Promise<CapturedReply> {
    return this.subrequests.capture(subrequest, outer);
  }

  isSubrequest({ raw }: FastifyRequest): boolean {
    return outerOf(raw) !== undefined;
  }

  readArguments(request: FastifyRequest, parameters: ReadonlyMap<string, string>): LuaTable {
    const { "content-type": type, "content-encoding": encoding } = request.headers;
    const bytes = Buffer.isBuffer(request.body) ? fromBuffer(request.body) : "";
    const body = parseBody(bytes, type, encoding);
    return gatherArguments({ parameters, query: this.arrivalOf(request).query, body });
  }

  arrivalOf(request: FastifyRequest): Arrival {
    const arrival = arrivalOf(request.raw);
    if (arrival === undefined) throw new Error("a request came past the router");
    return arrival;
  }
}
