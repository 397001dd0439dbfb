/**
 * A reply that the function makes itself, part by part, in place of the envelope. What it prints is held back, so that
 * an error can still take its place, until the function flushes, ends the reply, or has printed a lot.
 */
import { toByteArray } from "../../bytes.ts";
import { HeaderList } from "../../functions/index.ts";
import type { HttpReply } from "../../http.ts";
import { joinVary } from "../cors.ts";
import type { GatewayReply, RawResponse } from "../port.ts";

/** More than this is sent without being asked for. */
const MAX_HELD_BYTES = 64 * 1024;

/** Concern the connection, and are for the server to say. It can be told to close it. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const DEFAULT_TYPE = "text/plain";

export class OwnReply implements HttpReply {
  status = 0;
  readonly headers = new HeaderList();
  sizeBytes = 0;
  private readonly response: RawResponse;
  /** Takes the response away from who would send the envelope. */
  private readonly takeOver: () => void;
  private held: string[] = [];
  private heldBytes = 0;
  /** How much of a body the header Content-Length still announces. */
  private announcedBytes = Infinity;
  private hasBegun = false;
  private hasEnded = false;
  private isTaken = false;

  constructor(response: RawResponse, takeOver: () => void) {
    this.response = response;
    this.takeOver = takeOver;
  }

  get isBegun(): boolean {
    return this.hasBegun;
  }

  get isEnded(): boolean {
    return this.hasEnded;
  }

  get isAborted(): boolean {
    return this.response.destroyed || this.response.closed;
  }

  /** Whether some of it may have reached the client. */
  get isOnWire(): boolean {
    return this.isTaken;
  }

  sendHead(): void {
    this.begin();
    this.flush();
    if (!this.isAborted) this.response.flushHeaders();
  }

  print(bytes: string): void {
    if (this.hasEnded) return;
    this.begin();
    const taken = bytes.length > this.announcedBytes ? bytes.slice(0, this.announcedBytes) : bytes;
    this.announcedBytes -= taken.length;
    this.sizeBytes += taken.length;
    this.held.push(taken);
    this.heldBytes += taken.length;
    if (this.heldBytes > MAX_HELD_BYTES) this.flush();
  }

  flush(onSent?: () => void): void {
    if (this.hasEnded || this.isAborted) {
      onSent?.();
      return;
    }
    this.begin();
    if (!this.isTaken) this.sendStatusLine(undefined);
    const bytes = this.takeHeld();
    if (onSent === undefined) {
      if (bytes.length > 0) this.response.write(bytes);
    } else this.write(bytes, onSent);
  }

  end(): void {
    if (this.hasEnded) return;
    this.begin();
    this.hasEnded = true;
    const bytes = this.takeHeld();
    if (!this.isTaken) this.sendStatusLine(bytes.length);
    // Who was told of more to come would wait for it, or take the next reply for it.
    if (this.isCutShort) this.response.destroy();
    else this.response.end(bytes);
  }

  /** Ends the connection: the client can tell that the reply is not complete. */
  abort(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.take();
    this.response.destroy();
  }

  /** Forgets what was printed; only as long as nothing was sent. */
  discard(): void {
    this.held = [];
    this.heldBytes = 0;
    this.sizeBytes = 0;
    this.hasBegun = false;
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    if (this.status === 0) this.status = 200;
    const [announced] = this.headers.all("content-length");
    if (announced !== undefined) this.announcedBytes = Number(announced);
  }

  private take(): void {
    if (this.isTaken) return;
    this.isTaken = true;
    this.takeOver();
  }

  /** @param lengthBytes Of the body, if that is known. */
  private sendStatusLine(lengthBytes: number | undefined): void {
    const { status, headers, response } = this;
    this.take();
    if (this.isAborted) return;
    for (const [name, values] of ownHeaders(headers)) {
      // What the gateway has said there stays.
      const isVary = name.toLowerCase() === "vary";
      response.setHeader(name, isVary ? varyWith(response, values) : values);
    }
    if (mayHaveBody(status)) {
      const hasNone = lengthBytes === 0 && status >= 300;
      if (!headers.has("content-type") && !hasNone)
        response.setHeader("content-type", DEFAULT_TYPE);
      if (!headers.has("content-length") && lengthBytes !== undefined) {
        response.setHeader("content-length", lengthBytes);
      }
    }
    response.writeHead(status);
  }

  private get isCutShort(): boolean {
    const hasNone = this.response.req.method === "HEAD" || !mayHaveBody(this.status);
    return !hasNone && this.announcedBytes !== Infinity && this.announcedBytes > 0;
  }

  private takeHeld(): Uint8Array {
    const bytes = toByteArray(this.held.join(""));
    this.held = [];
    this.heldBytes = 0;
    return bytes;
  }

  private write(bytes: Uint8Array, onSent: () => void): void {
    const { response } = this;
    const sent = (): void => {
      response.off("close", sent);
      onSent();
    };
    // A connection that ends forgets what it was to tell.
    response.once("close", sent);
    if (bytes.length > 0) response.write(bytes, sent);
    else response.write("", sent);
  }
}

/** What a function may set, each name once with all of its values. */
export function ownHeaders(
  headers: HeaderList,
): readonly (readonly [name: string, values: string | readonly string[]])[] {
  const byKey = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const closes = key === "connection" && value.toLowerCase() === "close";
    if (!closes && CONNECTION_HEADERS.has(key)) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [name, [value]]);
    else known[1].push(value);
  }
  return [...byKey.values()].map(([name, values]) => {
    const [first, second] = values;
    return [name, second === undefined && first !== undefined ? first : values];
  });
}

function varyWith(response: RawResponse, values: string | readonly string[]): string {
  return joinVary(response.getHeader("vary"), [values].flat().join(", "));
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

/** Speak of a body that an error replaces. */
const BODY_HEADERS = new Set([
  "accept-ranges",
  "content-encoding",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
]);

/** Gives the envelope the headers that the function has set. */
export function applyHeaders({ headers }: OwnReply, reply: GatewayReply, status: number): void {
  for (const [name, values] of ownHeaders(headers)) {
    const key = name.toLowerCase();
    const isDropped = key === "content-length" || (status >= 400 && BODY_HEADERS.has(key));
    if (!isDropped) {
      void reply.header(key, key === "vary" ? varyWith(reply.raw, values) : values);
    }
  }
}
