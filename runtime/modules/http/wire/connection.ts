/**
 * A connection: an open socket with the HTTP/1.1 of undici on it. It carries one request at a time, so that to give up a
 * request is to close its connection. undici is not asked to connect: when the socket is gone, so is the connection.
 */
import type { Socket } from "node:net";
import type { Client, Dispatcher } from "undici";
import { theUndici } from "../node.lazy.ts";
import { placeText, type Place } from "./openSocket.ts";

/** All of it has been checked. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, in ASCII. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Names, in lower case, and values in turn; byte strings. */
  readonly headers: readonly string[];
}

/** What comes back. `end` or `fail` is the last that is called, and is called once. */
export interface ResponseListener {
  /** @returns False when no more is to be read before `resume`. */
  head(head: ResponseHead): boolean;
  data(bytes: Buffer): boolean;
  /** @param trailers Names, in lower case, and values in turn. */
  end(trailers: readonly string[]): void;
  /** @param isUnsent Whether nothing of the request can have arrived. */
  fail(error: unknown, isUnsent: boolean): void;
}

/** Idle connections are closed earlier when the server says so. */
const MAX_IDLE_MS = 600_000;
/** A server that closes idle connections after some time is asked up to so long before. */
const IDLE_MARGIN_MS = 1000;

const MAX_HEADER_BYTES = 64 * 1024;

export class Connection {
  /** How many requests it has carried. */
  useCount = 0;
  /** How often it was idle, and needed again. */
  reuseCount = 0;
  /** Is called once, when it is closed. */
  onClose: (() => void) | undefined = undefined;
  private readonly socket: Socket;
  private readonly place: Place;
  private client: Client | undefined = undefined;
  private readonly responder: Responder;
  private isClosed = false;
  private readonly keepAliveMs: number;

  /** @param keepAliveMs How long it stays when nobody needs it. */
  constructor(socket: Socket, place: Place, keepAliveMs: number) {
    this.socket = socket;
    this.place = place;
    this.keepAliveMs = Math.min(keepAliveMs, MAX_IDLE_MS);
    this.responder = new Responder(this);
    socket.once("close", () => {
      this.closed();
    });
  }

  get isOpen(): boolean {
    return !this.isClosed && !this.socket.destroyed;
  }

  send(request: WireRequest, listener: ResponseListener): void {
    this.useCount++;
    this.client ??= this.makeClient();
    this.client.dispatch(
      {
        path: request.target,
        // Any token is one; undici's type names some.
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers as string[],
        body: (request.body ?? null) as Buffer | null,
        // A response may take as long as the caller wants to wait.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this.responder.listenFor(listener),
    );
  }

  /** Goes on reading. */
  resume(): void {
    this.responder.resume();
  }

  close(): void {
    this.socket.destroy();
    this.closed();
  }

  private closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { onClose } = this;
    this.onClose = undefined;
    onClose?.();
    void this.client?.destroy();
  }

  private makeClient(): Client {
    const { Client } = theUndici();
    const { isSecure } = this.place;
    let socket: Socket | undefined = this.socket;
    return new Client(`${isSecure ? "https" : "http"}://${placeText(this.place)}`, {
      connect: (_options, callback) => {
        const given = socket;
        socket = undefined;
        if (given === undefined || given.destroyed) callback(goneError(), null);
        else callback(null, given);
      },
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: this.keepAliveMs,
      // What the server says counts only if it is less.
      keepAliveMaxTimeout: this.keepAliveMs,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
    });
  }
}

/** What undici tells of the one request that a connection carries at a time. */
class Responder implements Dispatcher.DispatchHandlers {
  private readonly connection: Connection;
  private listener: ResponseListener | undefined = undefined;
  private isSent = false;
  private resumeReading: (() => void) | undefined = undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  listenFor(listener: ResponseListener): this {
    this.listener = listener;
    this.isSent = false;
    return this;
  }

  resume(): void {
    this.resumeReading?.();
  }

  onConnect(): void {
    this.isSent = true;
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, reason: string): boolean {
    // Others than the last say that more is to come.
    if (status < 200 || this.listener === undefined) return true;
    this.resumeReading = resume;
    return this.listener.head({ status, reason, headers: headerTexts(headers) });
  }

  onData(bytes: Buffer): boolean {
    return this.listener?.data(bytes) ?? true;
  }

  onComplete(trailers: (string | Buffer)[] | null): void {
    this.resumeReading = undefined;
    this.listener?.end(headerTexts(trailers ?? NO_HEADERS));
  }

  onError(error: Error): void {
    this.resumeReading = undefined;
    this.connection.close();
    this.listener?.fail(error, !this.isSent);
  }
}

const NO_HEADERS: readonly Buffer[] = [];

function headerTexts(headers: readonly (string | Buffer)[]): string[] {
  const texts: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    texts.push(
      latin1(headers[index] as string | Buffer).toLowerCase(),
      latin1(headers[index + 1] as string | Buffer),
    );
  }
  return texts;
}

function goneError(): Error {
  return Object.assign(new Error("the connection is gone"), { code: "ECONNRESET" });
}

function latin1(bytes: string | Buffer): string {
  return typeof bytes === "string" ? bytes : bytes.toString("latin1");
}
