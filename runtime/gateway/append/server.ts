/**
 * The append endpoint: an HTTP server of its own, by which programs in other languages append to topics. It
 * answers when the events are durable.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Span, TakeSpan } from "../../core/span.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import { bugReply, errorReply, type Reply } from "../../functions/index.ts";
import { LogError, LogRefusal, type LogStorage } from "../../topics/storage.ts";
import { eventHeaders } from "../../tracing/index.ts";
import { createTokenCheck, isLoopback } from "../access.ts";
import { toByteArray } from "../../bytes.ts";
import { GatewayError, RequestError } from "../errors.ts";
import { DEFAULT_BODY_LIMIT_BYTES, type AccessEntry } from "../exchange.ts";
import { sendAndLinger } from "../linger.ts";
import { spanOf, TRACE_HEADER } from "../requestSpan.ts";
import { createGatewayServer, type GatewayServer, type ListenOptions } from "../server.ts";
import { admit, type Admission } from "./admit.ts";
import { readAppend } from "./readAppend.ts";
import { readBody } from "./readBody.ts";

export interface AppendServerOptions extends ListenOptions {
  /** Makes what it is served by; one that listens unless given. @throws GatewayError as createGatewayServer does */
  readonly createServer?: ((options: ListenOptions) => Promise<GatewayServer>) | undefined;
  /** Is asked of every request. Unset or empty: only this machine may connect. */
  readonly token: string | undefined;
  /** Is called for every request. @throws LogError, as a rejection */
  readonly openLog: () => Promise<LogStorage>;
  /** Larger bodies are refused with 413. */
  readonly bodyLimitBytes?: number | undefined;
  /** Called once per request, when its reply is made. */
  readonly onRequest?: (entry: AccessEntry) => void;
  /** Called at the end of the span of each request. */
  readonly onSpan?: TakeSpan;
  /** Called with what was thrown when a request runs into a bug of ours. */
  readonly onBug?: (thrown: unknown) => void;
}

/** `close` resolves when all requests in progress are answered. */
export type AppendServer = Pick<GatewayServer, "address" | "close">;

/** More is not read, whatever the limit says: such a value could not be stored. */
const MAX_BODY_BYTES = 2 ** 28;

/** Shown for the requests, which call no function of the project. */
const NAME = "topics.append";

/**
 * Starts to listen.
 *
 * @throws GatewayError as createGatewayServer does; "token-missing" when others could connect, and there is no token
 */
export async function createAppendServer(options: AppendServerOptions): Promise<AppendServer> {
  const { token, bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES } = options;
  const hasToken = token !== undefined && token !== "";
  const server = await (options.createServer ?? createGatewayServer)(options);
  const { address } = server;
  if (!hasToken && !isLoopback(address.host)) {
    await server.close();
    throw new GatewayError(
      "token-missing",
      `without a token nobody but this machine may append, and ${address.host} is not its own address`,
    );
  }
  const endpoint = new Endpoint(options, {
    isToken: hasToken ? createTokenCheck(token) : undefined,
    bodyLimitBytes: Math.min(bodyLimitBytes, MAX_BODY_BYTES),
  });
  server.serve({
    handle: (request, response) => {
      void endpoint.handle(request, response);
    },
  });
  return { address, close: (closing) => server.close(closing) };
}

interface Rules extends Admission {
  readonly bodyLimitBytes: number;
}

class Endpoint {
  private readonly options: AppendServerOptions;
  private readonly rules: Rules;

  constructor(options: AppendServerOptions, rules: Rules) {
    this.options = options;
    this.rules = rules;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const { remoteAddress } = request.socket;
    const span = spanOf(request, remoteAddress, { path, startedMs, takeSpan: this.options.onSpan });
    span.name = NAME;
    response.setHeader(TRACE_HEADER, span.trace.id);
    const reply = await this.replyTo(request, span);
    send(reply, request, response);
    span.end(reply.status, reply.body.length);
    this.log({
      status: reply.status,
      method: span.method,
      path,
      functionName: NAME,
      durationMs: performance.now() - startedMs,
      ...(reply.failure === undefined ? {} : { failure: reply.failure }),
    });
  }

  private async replyTo(request: IncomingMessage, span: Span): Promise<Reply> {
    try {
      await this.append(request, span);
      return OK;
    } catch (thrown) {
      const reply = replyToFailure(thrown);
      if (reply === undefined) this.options.onBug?.(thrown);
      return reply ?? bugReply();
    }
  }

  private async append(request: IncomingMessage, span: Span): Promise<void> {
    admit(request, this.rules);
    const body = await readBody(request, this.rules.bodyLimitBytes);
    const { topic, events, options } = readAppend(decode(body));
    const log = await this.options.openLog();
    const headers = eventHeaders(span, options.headers ?? {});
    await log.append(topic, events, { ...options, headers });
  }

  /** The reply is on its way: whatever goes wrong here changes nothing for the client. */
  private log(entry: AccessEntry): void {
    try {
      this.options.onRequest?.(entry);
    } catch (thrown) {
      this.options.onBug?.(thrown);
    }
  }
}

const OK: Reply = { status: 200, body: '{"data":"ok"}\n' };

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (thrown) {
    const { code } = thrown as { code?: unknown };
    if (code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw thrown;
    throw new RequestError(400, "the body is not UTF-8");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** `undefined` for a bug of ours. */
function replyToFailure(thrown: unknown): Reply | undefined {
  if (thrown instanceof RequestError) return failedReply(thrown.status, thrown.message);
  // What another try can't change is the request's own fault.
  if (thrown instanceof LogRefusal) return failedReply(400, thrown.text);
  if (thrown instanceof LogError) return failedReply(503, thrown.text);
  return undefined;
}

function failedReply(status: number, message: string): Reply {
  const text = encodeUtf8(message);
  return { ...errorReply(status, text), failure: { text } };
}

/** What HTTP wants to be told beside an error. */
const HEADERS: Readonly<Partial<Record<number, Readonly<Record<string, string>>>>> = {
  401: { "www-authenticate": "Bearer" },
  405: { allow: "POST" },
  503: { "retry-after": "1" },
};

function send(
  { status, body: text }: Reply,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isGone = request.destroyed && !request.complete;
  if (isGone) return;
  const body = toByteArray(text);
  for (const [name, value] of Object.entries(HEADERS[status] ?? {}))
    response.setHeader(name, value);
  if (!request.complete) {
    sendAndLinger(request, response, { status, body });
    return;
  }
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
}
