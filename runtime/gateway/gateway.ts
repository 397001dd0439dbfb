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
import { errorReply, type Mode } from "../functions/index.ts";
import { DIRECT_URL, MALFORMED_URL } from "./arrival.ts";
import { createClientFinder } from "./client.ts";
import { Exchange, type GatewayOptions } from "./exchange.ts";
import { FileReplies } from "./fileReply.ts";
import { sendAndLinger } from "./linger.ts";
import { openRoutes } from "./openRoutes.ts";
import { Subrequests } from "./own/subrequests.ts";
import { METHODS, registrationsOf } from "./routes.ts";

export interface Gateway {
  /** Answers a request that never was on the network. */
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>;
  /** Answers a request of a Node server. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Gives up what the gateway holds, not its state. Requests in progress are still answered. */
  close(): Promise<void>;
}

/** Longer than any path that Node lets through. */
const MAX_PARAMETER_LENGTH = 1 << 30;

/**
 * Reads `app/gateway.lua` and makes a gateway of its rows.
 *
 * @throws GatewayError when the file is missing or wrong
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { mode } = options;
  const routes = await openRoutes(options);
  const subrequests = new Subrequests();
  const exchange = new Exchange(options, {
    findClient: createClientFinder(options.trustProxy),
    capture: (subrequest, outer) => subrequests.capture(subrequest, outer),
    refuseRest: ({ raw }: FastifyRequest, reply: FastifyReply, refusal) => {
      sendAndLinger(raw, reply.raw, refusal);
    },
  });
  const { staticFolders = [] } = options;
  if (staticFolders.length > 0) exchange.files = new FileReplies(exchange, staticFolders);
  const app = fastify({
    bodyLimit: exchange.bodyLimitBytes,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    rewriteUrl: (request) => {
      subrequests.arrive(request);
      return exchange.arrive(request);
    },
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
  subrequests.inject = (request) => app.inject(request);
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
    if (exchange.answerCors(request, reply)) return;
    if (request.is404) exchange.answerWithoutRoute(request, reply);
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
