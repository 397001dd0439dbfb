/**
 * A listening server whose gateway can be swapped. A request belongs to the gateway that served when
 * it came, and finishes there.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { errorReply } from "../functions/index.ts";
import { GatewayError, type GatewayErrorCode } from "./errors.ts";
import { findProblem, MAX_HEADER_FIELDS } from "./firstLook.ts";
import type { Gateway } from "./gateway.ts";
import { Refusals, type ClientError } from "./refusals.ts";

export interface ListenOptions {
  /** Address or name of this machine. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How long the first line and the headers of a request may take to arrive, counted from the first byte. */
  readonly headerTimeoutMs?: number | undefined;
  /** How long a request may take to arrive, with its body. */
  readonly requestTimeoutMs?: number | undefined;
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

export interface GatewayServer {
  /** Where it listens; the port that was found when any was wanted. */
  readonly address: GatewayAddress;
  /** Hands all requests from now on to a gateway. Before the first, they get 503. */
  serve(gateway: Pick<Gateway, "handle">): void;
  /** Stops listening, and resolves when all requests in progress are answered. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws GatewayError "port-in-use", "port-forbidden", "host-unavailable", "listen-failed"; the
 * system's error is its cause
 */
export async function createGatewayServer(options: ListenOptions): Promise<GatewayServer> {
  const server = createServer(serverOptions(options));
  server.maxHeadersCount = MAX_HEADER_FIELDS + 1;
  let gateway: Pick<Gateway, "handle"> | undefined;
  let closed: Promise<void> | undefined;
  const refusals = new Refusals();
  const silent = silentConnections(server);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    refusals.begin(request, response);
    if (closed !== undefined) response.setHeader("connection", "close");
    const problem = findProblem(request);
    if (problem !== undefined) {
      // Where the next request begins is not certain.
      response.setHeader("connection", "close");
      sendError(response, ...problem);
    } else if (gateway === undefined) sendStarting(response);
    else gateway.handle(request, response);
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    silent.delete(request.socket);
    // Who is refused need not send the body.
    request.once("resume", () => {
      grantContinue(response);
    });
    answer(request, response);
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    refusals.begin(request, response);
    sendError(response, 417, "the only expectation that can be met is 100-continue");
  });
  server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    refusals.answer(socket, NO_PROXY);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    refusals.refuse(error, socket);
  });
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    serve: (next) => {
      gateway = next;
    },
    close: () => (closed ??= close(server, silent)),
  };
}

function serverOptions({
  headerTimeoutMs = DEFAULT_HEADER_TIMEOUT_MS,
  requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
}: ListenOptions): ServerOptions {
  const headersTimeout = Math.min(headerTimeoutMs, requestTimeoutMs);
  return {
    // It is missed later (firstLook.ts): Node's own refusal would have no JSON.
    requireHostHeader: false,
    headersTimeout,
    requestTimeout: requestTimeoutMs,
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
 * Connections without a request so far: browsers open some to spare. Node counts them as busy, and they would hold the
 * server open for a minute.
 */
function silentConnections(server: Server): Set<Socket> {
  const silent = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", (request: IncomingMessage) => silent.delete(request.socket));
  return silent;
}

/** A connection that is kept alive would hold the server open: closes each when it is idle. */
function close(server: Server, silent: ReadonlySet<Socket>): Promise<void> {
  const sweep = () => {
    server.closeIdleConnections();
    for (const socket of silent) socket.destroy();
  };
  server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) => {
    response.once("close", sweep);
  });
  const timer = setInterval(sweep, SWEEP_INTERVAL_MS);
  return new Promise((resolve, reject) => {
    server.close((error) => {
      clearInterval(timer);
      if (error === undefined) resolve();
      else reject(error);
    });
    sweep();
  });
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

function sendError(response: ServerResponse, status: number, text: string): void {
  const { body } = errorReply(status, text);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
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
