/**
 * A server whose gateway can be swapped. A request belongs to the gateway that served when it came, and finishes there.
 *
 * It listens, or it is handed connections by somebody who does: then all else is as if it had accepted them itself.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { Server as NetServer, type AddressInfo, type Socket } from "node:net";
import { errorReply } from "../functions/index.ts";
import { GatewayError, type GatewayErrorCode } from "./errors.ts";
import { findProblem } from "./firstLook.ts";
import type { Gateway } from "./gateway.ts";
import { Refusals, type ClientError, type SentAnswer } from "./refusals.ts";

export interface ListenOptions extends TimeLimits {
  /** Address or name of this machine. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface TimeLimits {
  /** How long the first line and the headers of a request may take to arrive, counted from the first byte. */
  readonly headerTimeoutMs?: number | undefined;
  /** How long a request may take to arrive, with its body. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a connection stays open when nothing is asked over it; as long as Node says when left out. */
  readonly keepAliveTimeoutMs?: number | undefined;
}

/** Those of a client that means well are here at once, */
const DEFAULT_HEADER_TIMEOUT_MS = 30_000;
/** and a large body may take its time. */
const DEFAULT_REQUEST_TIMEOUT_MS = 300_000;

/** How often connections are looked at for those that take too long. */
const LONGEST_CHECK_INTERVAL_MS = 1000;

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

/** A gateway, or what stands in front of one. It is told of what the server answers in its place, if it wants to know. */
export type ServedGateway = Pick<Gateway, "handle"> & Partial<Pick<Gateway, "noteRefusal">>;

export interface GatewayServer {
  /** Where it listens; the port that was found when any was wanted. */
  readonly address: GatewayAddress;
  /** Hands all requests from now on to a gateway. Before the first, they get 503. */
  serve(gateway: ServedGateway): void;
  /** Stops listening, and resolves when all requests in progress are answered. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /**
   * How long a connection may stay open without a request, so that clients that are about to send one get a reply and not a reset.
   * Unless given it is closed at once.
   */
  readonly idleMs?: number;
  /** When it is aborted, all connections are cut. */
  readonly cut?: AbortSignal;
}

/** A server to which others hand connections. */
export interface HandedServer extends GatewayServer {
  /** Takes a connection over. Nothing of it may have been read. */
  accept(socket: Socket): void;
}

/**
 * Starts to listen.
 *
 * @throws GatewayError "port-in-use", "port-forbidden", "host-unavailable", "listen-failed"; the
 * system's error is its cause
 */
export async function createGatewayServer(options: ListenOptions): Promise<GatewayServer> {
  const { server, ...serving } = prepare(options);
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { address: { host: address, port }, ...serving };
}

/** Makes a server that does not listen. @param address Where those do that it is handed connections of. */
export function createHandedServer(address: GatewayAddress, limits: TimeLimits = {}): HandedServer {
  const { server, ...serving } = prepare(limits);
  // With this event Node begins to look after time limits of connections, and to know which ones are idle.
  server.emit("listening");
  return {
    address,
    ...serving,
    accept: (socket) => {
      socket.allowHalfOpen = true;
      server.emit("connection", socket);
    },
  };
}

function prepare(
  limits: TimeLimits,
): Pick<GatewayServer, "serve" | "close"> & { readonly server: Server } {
  const server = createServer(serverOptions(limits));
  // Up to a size, which Node looks after. With a number here Node 20 would drop others, and newer ones say they are too large.
  server.maxHeadersCount = 0;
  let gateway: ServedGateway | undefined;
  let closed: Promise<void> | undefined;
  const refusals = new Refusals(({ remoteAddress: address }, answer) => {
    gateway?.noteRefusal?.({ ...answer, request: undefined, address });
  });
  const refuse = (request: IncomingMessage, response: ServerResponse, ...error: ServerError) => {
    const { remoteAddress: address } = request.socket;
    const answer = sendError(response, ...error);
    gateway?.noteRefusal?.({ ...answer, request, address });
  };
  const connections = new OpenConnections(server);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    refusals.begin(request, response);
    if (closed !== undefined) response.setHeader("connection", "close");
    const problem = findProblem(request);
    if (problem !== undefined) {
      // Where the next request begins is not certain.
      response.setHeader("connection", "close");
      refuse(request, response, ...problem);
    } else if (gateway === undefined) sendStarting(response);
    else gateway.handle(request, response);
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    connections.notSilent(request.socket);
    // Who is refused need not send the body.
    request.once("resume", () => {
      grantContinue(response);
    });
    answer(request, response);
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    refusals.begin(request, response);
    refuse(request, response, 417, "the only expectation that can be met is 100-continue");
  });
  server.on("connection", (socket: Socket) => {
    socket.once("close", () => {
      refusals.end(socket);
    });
  });
  server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    // Node has let go of it: an error that nobody hears of would end the process.
    socket.on("error", () => socket.destroy());
    refusals.answer(socket, NO_PROXY);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    refusals.refuse(error, socket);
  });
  return {
    server,
    serve: (next) => {
      gateway = next;
    },
    close: (options = {}) => (closed ??= close(server, connections, options)),
  };
}

function serverOptions({
  headerTimeoutMs = DEFAULT_HEADER_TIMEOUT_MS,
  requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
  keepAliveTimeoutMs,
}: TimeLimits): ServerOptions {
  const headersTimeout = Math.min(headerTimeoutMs, requestTimeoutMs);
  return {
    // It is missed later (firstLook.ts): Node's own refusal would have no JSON.
    requireHostHeader: false,
    headersTimeout,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(LONGEST_CHECK_INTERVAL_MS, headersTimeout / 2),
  };
}

function listen(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(listenError(error, host, port));
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

/**
 * The connections of a server. Node counts those without a request so far as busy, though browsers open some to spare: they
 * would hold the server open for a minute.
 */
class OpenConnections {
  private readonly all = new Set<Socket>();
  private readonly silent = new Set<Socket>();
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
    server.on("connection", (socket: Socket) => {
      this.all.add(socket);
      this.silent.add(socket);
      socket.once("close", () => {
        this.all.delete(socket);
        this.silent.delete(socket);
      });
    });
    server.on("request", (request: IncomingMessage) => {
      this.notSilent(request.socket);
    });
  }

  /** A request came on it. */
  notSilent(socket: Socket): void {
    this.silent.delete(socket);
  }

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  closeIdle(): void {
    this.server.closeIdleConnections();
    for (const socket of this.silent) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.all) socket.destroy();
  }
}

/** A connection that is kept alive would hold the server open: closes each when it is idle for long enough. */
async function close(
  server: Server,
  connections: OpenConnections,
  { idleMs = 0, cut }: CloseOptions,
): Promise<void> {
  const cutAll = (): void => {
    connections.closeAll();
  };
  if (cut?.aborted === true) cutAll();
  cut?.addEventListener("abort", cutAll, { once: true });
  // Node closes connections that are idle when a server stops listening in its usual way.
  const stopped = new Promise<void>((resolve, reject) => {
    if (!server.listening) resolve();
    else {
      NetServer.prototype.close.call(server, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    }
  });
  const idleFromMs = performance.now() + idleMs;
  while (!connections.isEmpty) {
    if (performance.now() >= idleFromMs) connections.closeIdle();
    await new Promise((wake) => setTimeout(wake, SWEEP_INTERVAL_MS));
  }
  await stopped;
  cut?.removeEventListener("abort", cutAll);
  // Ends Node's watch over time limits.
  server.close();
}

/** How long a connection may outlive the last reply on it when the server closes. */
const SWEEP_INTERVAL_MS = 20;

/** Lets the client send its body, when the replies to what it asked before are out: Node would put it into the reply. */
function grantContinue(response: ServerResponse): void {
  if (response.headersSent) return;
  if (response.socket !== null) response.writeContinue();
  else
    response.once("socket", () => {
      grantContinue(response);
    });
}

/** The answer to CONNECT. */
const NO_PROXY: ClientError = [405, "Method Not Allowed", "this server is no proxy"];

function sendStarting(response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  sendError(response, 503, "the server is starting");
}

type ServerError = readonly [status: number, text: string];

function sendError(response: ServerResponse, ...[status, text]: ServerError): SentAnswer {
  const { body } = errorReply(status, text);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
  return { status, sizeBytes: body.length };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  const [code, message] = describeListenError(error, host, `port ${String(port)}`);
  return new GatewayError(code, message, { cause: error });
}

function describeListenError(
  error: NodeJS.ErrnoException,
  host: string,
  where: string,
): readonly [GatewayErrorCode, string] {
  switch (error.code) {
    case "EADDRINUSE":
      return ["port-in-use", `${where} is in use by another program; choose another port`];
    case "EACCES":
      return ["port-forbidden", `${where} may not be used; choose a port from 1024 on`];
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return ["host-unavailable", `this machine has no address ${host}`];
    default:
      return ["listen-failed", `can't listen on ${host}, ${where}: ${error.message}`];
  }
}
