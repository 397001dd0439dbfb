/**
 * The gateway: Fastify routes, reads bodies and answers; what a request means is decided in the
 * files beside this one, in byte strings.
 *
 * A gateway belongs to one Lua state and shares nothing with others in the process. It doesn't
 * listen: a server (server.ts) hands it requests, and can be given another gateway at any time.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type InjectOptions,
  type LightMyRequestResponse,
} from "fastify";
import type { InvocationLimits } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import {
  errorReply,
  functionsOf,
  type Failure,
  type Mode,
  type Reply,
} from "../functions/index.ts";
import { createTokenCheck, isLoopback } from "./access.ts";
import { DIRECT_URL, MALFORMED_URL, readArrival, type Arrival } from "./arrival.ts";
import { parseBody } from "./body/index.ts";
import { fromBuffer, toBuffer } from "./bytes.ts";
import { readGatewayFile } from "./gatewayFile.ts";
import { gatherArguments, invoke, invokeDirectly } from "./invoke.ts";
import { sendAndLinger } from "./linger.ts";
import { replyToError } from "./replyToError.ts";
import { METHODS, parameterValues, registrationsOf, type Route } from "./routes.ts";

export interface GatewayOptions {
  /** With its libraries open; `require` finds `app/gateway.lua` and the functions. */
  readonly state: LuaState;
  readonly mode: Mode;
  /** Lets a request call any function in `app/`. Unset or empty: none may. */
  readonly internalToken: string | undefined;
  /** What each call of a function may use; unlimited unless given. */
  readonly limits?: InvocationLimits;
  /** Larger bodies are refused with 413. */
  readonly bodyLimitBytes?: number;
  /** Called once per request, when its reply is made. */
  readonly onRequest?: (entry: AccessEntry) => void;
  /** Called with what was thrown when a request runs into a bug of ours. */
  readonly onBug?: (thrown: unknown) => void;
}

/** One request, for a log. */
export interface AccessEntry {
  readonly status: number;
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** In bytes; `undefined` when no function was called. */
  readonly functionName?: string;
  readonly durationMs: number;
  /** Why the function failed; complete in production too. */
  readonly failure?: Failure;
}

export interface Gateway {
  /** Answers a request that never was on the network. */
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>;
  /** Answers a request of a Node server. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Gives up what the gateway holds, not its state. Requests in progress are still answered. */
  close(): Promise<void>;
}

/** nginx was set up with this limit for the original. */
export const DEFAULT_BODY_LIMIT_BYTES = 20 * 1024 * 1024;

/** The status for a body over the limit; the rest of it may be on its way. */
const TOO_LARGE = 413;

/** Longer than any path that Node lets through. */
const MAX_PARAMETER_LENGTH = 1 << 30;

/**
 * Reads `app/gateway.lua` and makes a gateway of its rows.
 *
 * @throws GatewayError when the file is missing or wrong
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { state, mode } = options;
  functionsOf(state).mode = mode;
  if (options.limits !== undefined) functionsOf(state).limits = options.limits;
  const routes = await readGatewayFile(state);
  const exchange = new Exchange(options);
  const app = fastify({
    bodyLimit: exchange.bodyLimitBytes,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    rewriteUrl: (request) => exchange.arrive(request),
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
  });
  readAllBodies(app);
  addOwnRoutes(app, exchange, mode);
  for (const { method, route } of registrationsOf(routes)) {
    app.route({
      method,
      url: route.url,
      handler: (request, reply) => {
        exchange.callRoute(route, request, reply);
      },
    });
  }
  await app.ready();
  return {
    inject: (request) => app.inject(request),
    handle: (request, response) => {
      app.routing(request, response);
    },
    close: async () => {
      await app.close();
    },
  };
}

/** Bodies come as bytes, whatever their type, and with any method. */
function readAllBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  for (const method of METHODS)
    app.addHttpMethod(method, { hasBody: true, overrideExisting: true });
}

/** What is answered without a row. Refusals come before the body is read. */
function addOwnRoutes(app: FastifyInstance, exchange: Exchange, mode: Mode): void {
  app.setErrorHandler((error, request, reply) => {
    exchange.fail(error, request, reply);
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (request.is404) exchange.send(errorReply(404, "not found"), request, reply);
    else done();
  });
  app.route({
    method: [...METHODS],
    url: MALFORMED_URL,
    onRequest: (request, reply) => {
      exchange.send(errorReply(400, "malformed path"), request, reply);
    },
    handler: () => undefined,
  });
  app.route({
    method: [...METHODS],
    url: DIRECT_URL,
    onRequest: (request, reply, done) => {
      if (exchange.mayCallDirectly(request, mode)) done();
      else exchange.send(errorReply(403, "forbidden"), request, reply);
    },
    handler: (request, reply) => {
      exchange.callDirectly(request, reply);
    },
  });
}

/** Requests on their way through Fastify, and the replies to them. */
class Exchange {
  readonly bodyLimitBytes: number;
  private readonly options: GatewayOptions;
  private readonly isToken: (value: unknown) => boolean;
  private readonly arrivals = new WeakMap<IncomingMessage, Arrival>();

  constructor(options: GatewayOptions) {
    this.options = options;
    this.bodyLimitBytes = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
    this.isToken = createTokenCheck(options.internalToken);
  }

  /** @returns What the router shall look up. */
  arrive(request: IncomingMessage): string {
    const arrival = readArrival(request, this.isToken);
    this.arrivals.set(request, arrival);
    return arrival.routingUrl;
  }

  /**
   * Private functions are for this machine. Behind a reverse proxy everybody seems to be on it, so
   * production asks for the token.
   */
  mayCallDirectly(request: FastifyRequest, mode: Mode): boolean {
    if (this.arrivalOf(request).hasToken) return true;
    return mode !== "production" && isLoopback(request.raw.socket.remoteAddress);
  }

  callRoute(route: Route, request: FastifyRequest, reply: FastifyReply): void {
    const values = parameterValues(route, request.params as Readonly<Record<string, string>>);
    if (values === undefined) {
      this.send(errorReply(404, "not found"), request, reply);
      return;
    }
    const parameters = new Map(route.parameters.map((name, place) => [name, values[place] ?? ""]));
    const args = this.readArguments(request, parameters);
    const { functionName } = route;
    const { traceId } = this.arrivalOf(request);
    const answer = invoke(this.options.state, functionName, args, traceId);
    this.sendWhenDone(answer, request, reply, functionName);
  }

  callDirectly(request: FastifyRequest, reply: FastifyReply): void {
    const { directName: name = "", traceId } = this.arrivalOf(request);
    const args = this.readArguments(request, new Map());
    const answer = invokeDirectly(this.options.state, name, args, traceId);
    this.sendWhenDone(answer, request, reply, name);
  }

  private sendWhenDone(
    answer: Promise<Reply>,
    request: FastifyRequest,
    reply: FastifyReply,
    functionName: string,
  ): void {
    answer.then(
      (made) => {
        this.send(made, request, reply, functionName);
      },
      (thrown: unknown) => {
        this.fail(thrown, request, reply);
      },
    );
  }

  fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { reply: answer, isBug } = replyToError(thrown, this.bodyLimitBytes);
    if (isBug) this.options.onBug?.(thrown);
    if (answer.status === TOO_LARGE && !request.raw.complete)
      this.refuseRest(answer, request, reply);
    else this.send(answer, request, reply);
  }

  private refuseRest({ status, body }: Reply, request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    sendAndLinger(request.raw, reply.raw, { status, body: toBuffer(body) });
    this.logReply(status, request);
  }

  send(
    { status, body, failure }: Reply,
    request: FastifyRequest,
    reply: FastifyReply,
    functionName?: string,
  ): void {
    void reply.code(status).header("content-type", "application/json").send(toBuffer(body));
    this.logReply(status, request, functionName, failure);
  }

  private logReply(
    status: number,
    request: FastifyRequest,
    functionName?: string,
    failure?: Failure,
  ): void {
    const { path, startedMs } = this.arrivalOf(request);
    this.log({
      status,
      method: request.method,
      path,
      ...(functionName === undefined ? {} : { functionName }),
      durationMs: performance.now() - startedMs,
      ...(failure === undefined ? {} : { failure }),
    });
  }

  /** The reply is on its way: whatever goes wrong here changes nothing for the client. */
  private log(entry: AccessEntry): void {
    try {
      this.options.onRequest?.(entry);
    } catch (thrown) {
      this.options.onBug?.(thrown);
    }
  }

  private readArguments(
    request: FastifyRequest,
    parameters: ReadonlyMap<string, string>,
  ): LuaTable {
    const { "content-type": type, "content-encoding": encoding } = request.headers;
    const bytes = Buffer.isBuffer(request.body) ? fromBuffer(request.body) : "";
    const body = parseBody(bytes, type, encoding);
    return gatherArguments({ parameters, query: this.arrivalOf(request).query, body });
  }

  private arrivalOf(request: FastifyRequest): Arrival {
    const arrival = this.arrivals.get(request.raw);
    if (arrival === undefined) throw new Error("a request came past the router");
    return arrival;
  }
}
