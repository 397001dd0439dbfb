/** Requests on their way through a gateway, and the replies to them, whoever serves both (port.ts). */
import { toByteArray } from "../bytes.ts";
import type { Invocation, InvocationLimits } from "../core/invocation.ts";
import type { TakeSpan } from "../core/span.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import type { CapturedReply, Subrequest } from "../http.ts";
import {
  errorReply,
  functionsOf,
  type Failure,
  type LogSettings,
  type Mode,
  type Reply,
} from "../functions/index.ts";
import { prefersHtml } from "./accept.ts";
import { createTokenCheck, isLoopback } from "./access.ts";
import { readArrival, type Arrival } from "./arrival.ts";
import { arrivalOf, attachArrival, outerOf } from "./attached.ts";
import type { ProxyTrust } from "./client.ts";
import { applyCors, joinVary, type CorsRules } from "./cors.ts";
import { parseBody } from "./body/index.ts";
import { bodyOf, toUtf8 } from "./bytes.ts";
import { reportError, type ErrorReport } from "./errorReport.ts";
import { gatherArguments, invoke, invokeDirectly } from "./invoke.ts";
import type { Conclusion } from "./own/conclude.ts";
import { applyHeaders, type OwnReply } from "./own/ownReply.ts";
import { RequestedCall, type CallingGateway } from "./own/requestedCall.ts";
import type { ClientFinder, GatewayReply, GatewayRequest, RawRequest } from "./port.ts";
import { replyToError } from "./replyToError.ts";
import { refusedSpan, TRACE_HEADER } from "./requestSpan.ts";
import { NO_PARAMETERS, parametersOf, type Route } from "./routes.ts";
import { SentEnd } from "./sentEnd.ts";
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
  readonly request: RawRequest | undefined;
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

/** What depends on who serves. They get the requests and replies that they hand to the exchange, and no others. */
export interface Surroundings {
  readonly findClient: ClientFinder;
  /** As `HttpExchange.capture`. */
  capture(subrequest: Subrequest, outer: RequestedCall): Promise<CapturedReply>;
  /** Sends a reply to a request whose body is still coming, and is not wanted. */
  refuseRest(request: GatewayRequest, reply: GatewayReply, refusal: Refusal): void;
  /** A shorter way to send a reply that is nothing but an envelope, if there is one. */
  sendEnvelope?(reply: GatewayReply, envelope: Envelope): void;
}

export interface Envelope {
  readonly status: number;
  /** JSON in bytes. */
  readonly body: string;
  readonly traceId: string;
}

interface Refusal {
  readonly status: number;
  readonly body: Uint8Array;
}

export class Exchange implements CallingGateway {
  readonly bodyLimitBytes: number;
  /** Answers where no route fits; `undefined` when no folder is published. */
  files: { answer(request: GatewayRequest, reply: GatewayReply): void } | undefined = undefined;
  private readonly options: GatewayOptions;
  private readonly surroundings: Surroundings;
  private readonly isToken: (value: unknown) => boolean;

  constructor(options: GatewayOptions, surroundings: Surroundings) {
    this.options = options;
    this.surroundings = surroundings;
    this.bodyLimitBytes = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
    this.isToken = createTokenCheck(options.internalToken);
  }

  /** @returns What the router shall look up. */
  arrive(request: RawRequest): string {
    const arrival = readArrival(request, {
      isToken: this.isToken,
      findClient: this.surroundings.findClient,
      takeSpan: this.options.onSpan,
    });
    attachArrival(request, arrival);
    return arrival.routingUrl;
  }

  /**
   * Private functions are for this machine. Behind a reverse proxy everybody seems to be on it, so
   * production asks for the token.
   */
  mayCallDirectly(request: GatewayRequest, mode: Mode): boolean {
    if (this.arrivalOf(request).hasToken || this.isSubrequest(request)) return true;
    const { client } = this.arrivalOf(request);
    return mode !== "production" && client.isDirect && isLoopback(client.address);
  }

  /** @param rules Those of its route. @returns Whether the request has its answer. */
  answerCors(request: GatewayRequest, reply: GatewayReply, rules: CorsRules | undefined): boolean {
    if (rules === undefined || this.isSubrequest(request)) return false;
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

  callRoute(route: Route, request: GatewayRequest, reply: GatewayReply): void {
    const parameters = parametersOf(route, request.params as Readonly<Record<string, string>>);
    if (parameters === undefined) {
      this.answerWithoutRoute(request, reply);
      return;
    }
    const call = this.newCall(route.functionName, request, reply, parameters);
    call.route = route.path;
    const args = this.readArguments(request, parameters);
    invoke(call, args, route.hooks, new SentEnd(this, call));
  }

  answerWithoutRoute(request: GatewayRequest, reply: GatewayReply): void {
    if (this.files === undefined) this.send(errorReply(404, "not found"), request, reply);
    else this.files.answer(request, reply);
  }

  callDirectly(request: GatewayRequest, reply: GatewayReply): void {
    const { directName: name = "" } = this.arrivalOf(request);
    const call = this.newCall(name, request, reply, NO_PARAMETERS);
    const args = this.readArguments(request, NO_PARAMETERS);
    invokeDirectly(call, args, new SentEnd(this, call));
  }

  private newCall(
    functionName: string,
    request: GatewayRequest,
    reply: GatewayReply,
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

  /** Sends what came of a call. */
  sendConclusion({ reply: made, isSent }: Conclusion, call: RequestedCall): void {
    const { gatewayRequest, gatewayReply, ownReply } = call;
    if (!isSent) {
      this.send(made, gatewayRequest, gatewayReply, call);
      return;
    }
    const { status, failure } = made;
    this.logReply({ status, failure, sizeBytes: ownReply?.sizeBytes ?? 0 }, gatewayRequest, call);
  }

  /** A call ended by a bug of ours. */
  failCall(thrown: unknown, { gatewayRequest, gatewayReply, ownReply }: RequestedCall): void {
    if (ownReply?.isOnWire === true) this.failWithin(thrown, ownReply, gatewayRequest);
    else this.fail(thrown, gatewayRequest, gatewayReply);
  }

  fail(thrown: unknown, request: GatewayRequest, reply: GatewayReply): void {
    const { reply: answer, isBug } = replyToError(thrown, this.bodyLimitBytes);
    if (isBug) this.options.onBug?.(thrown);
    const isComing = answer.status === TOO_LARGE && !request.raw.complete;
    if (isComing) this.refuseRest(answer, request, reply);
    else this.send(answer, request, reply);
  }

  /** A bug of ours, when the client has a part of a reply already. */
  private failWithin(thrown: unknown, ownReply: OwnReply, request: GatewayRequest): void {
    this.options.onBug?.(thrown);
    ownReply.abort();
    this.logReply({ status: ownReply.status, sizeBytes: ownReply.sizeBytes }, request);
  }

  private refuseRest({ status, body }: Reply, request: GatewayRequest, reply: GatewayReply): void {
    reply.hijack();
    const bytes = toByteArray(body);
    reply.raw.setHeader(TRACE_HEADER, this.arrivalOf(request).span.trace.id);
    this.surroundings.refuseRest(request, reply, { status, body: bytes });
    this.logReply({ status, sizeBytes: bytes.length }, request);
  }

  send(answer: Reply, request: GatewayRequest, reply: GatewayReply, call?: RequestedCall): void {
    // Closed at once, a connection with bytes unread would lose the reply, and those before it.
    const isCutShort = !request.raw.complete && !reply.raw.shouldKeepAlive;
    // Who asks first whether to send a body does not send it.
    const isComing = isCutShort && request.headers.expect === undefined;
    if (isComing && call === undefined && !this.wantsPage(request)) {
      this.refuseRest(answer, request, reply);
      return;
    }
    const { surroundings } = this;
    if (surroundings.sendEnvelope !== undefined && this.isPlain(answer, call)) {
      const { status, body, failure } = answer;
      surroundings.sendEnvelope(reply, {
        status,
        body,
        traceId: this.arrivalOf(request).span.trace.id,
      });
      this.logReply({ status, failure, sizeBytes: body.length }, request, call);
      return;
    }
    const page = this.pageFor(answer, request, reply, call);
    const type = page === undefined ? "application/json" : "text/html; charset=utf-8";
    const bytes = page === undefined ? toByteArray(answer.body) : toUtf8(page);
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

  /** What the client gets in place of JSON, if anything. */
  private pageFor(
    answer: Reply,
    request: GatewayRequest,
    reply: GatewayReply,
    call: RequestedCall | undefined,
  ): string | undefined {
    const { renderErrorPage, onBug } = this.options;
    if (renderErrorPage === undefined || answer.status < 400) return undefined;
    const vary = joinVary(reply.raw.getHeader("vary"), "Accept");
    void reply.header("vary", vary).header("cache-control", "no-store");
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

  private wantsPage({ headers }: GatewayRequest): boolean {
    return this.options.renderErrorPage !== undefined && prefersHtml(headers.accept);
  }

  /** The reply is on its way: whatever goes wrong here changes nothing for the client. */
  logReply(
    { status, failure, sizeBytes, route }: SentReply,
    request: GatewayRequest,
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
    return this.surroundings.capture(subrequest, outer);
  }

  isSubrequest({ raw }: GatewayRequest): boolean {
    return outerOf(raw) !== undefined;
  }

  readArguments(request: GatewayRequest, parameters: ReadonlyMap<string, string>): LuaTable {
    const { "content-type": type, "content-encoding": encoding } = request.headers;
    const body = parseBody(bodyOf(request), type, encoding);
    return gatherArguments({ parameters, query: this.arrivalOf(request).query, body });
  }

  arrivalOf(request: GatewayRequest): Arrival {
    const arrival = arrivalOf(request.raw);
    if (arrival === undefined) throw new Error("a request came past the router");
    return arrival;
  }
}
