/** A reply on its way to becoming a `Response`. There is nothing below it, so it is its own raw reply, too (port.ts). */
import { toByteArray } from "../../bytes.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import { toUnicode } from "../bytes.ts";
import type { GatewayReply, HeaderValue, RawResponse } from "../port.ts";
import { StreamedBody } from "./streamedBody.ts";

/** What a `Response` can have; of the others some have no body. */
const MIN_STATUS = 200;
const MAX_STATUS = 599;
const WITHOUT_BODY = [204, 205, 304];

const BROKEN_OFF = 500;

export class WebReply implements GatewayReply, RawResponse {
  /** Settles when the reply begins. */
  readonly response: Promise<Response>;
  readonly req: { readonly method: string };
  /** Whatever is below connections, it is none of ours. */
  readonly shouldKeepAlive = true;
  destroyed = false;
  closed = false;
  private status = 200;
  private readonly headers = new Map<string, HeaderValue>();
  private readonly onClose = new Set<() => void>();
  private readonly hasBody: boolean;
  private readonly hasUtf8Headers: boolean;
  private begin: (response: Response) => void = () => undefined;
  private hasBegun = false;
  private body: StreamedBody | undefined = undefined;

  /** @param hasUtf8Headers As `FetchGatewayOptions` has it. */
  constructor(method: string, hasUtf8Headers: boolean) {
    this.req = { method };
    this.hasUtf8Headers = hasUtf8Headers;
    this.hasBody = method !== "HEAD";
    this.response = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  get raw(): this {
    return this;
  }

  code(status: number): this {
    this.status = status;
    return this;
  }

  header(name: string, value: HeaderValue): this {
    this.headers.set(name.toLowerCase(), value);
    return this;
  }

  setHeader(name: string, value: HeaderValue): void {
    this.header(name, value);
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.headers.get(name.toLowerCase());
  }

  /** Each header with its values, which a `Response` puts together. */
  *headerValues(): Iterable<readonly [name: string, values: string[]]> {
    for (const [name, value] of this.headers) yield [name, [value].flat().map(String)];
  }

  hijack(): void {
    // Nobody else would send it.
  }

  writeHead(status: number): void {
    this.status = status;
  }

  flushHeaders(): void {
    this.stream();
  }

  send(bytes?: Uint8Array): void {
    if (bytes !== undefined) this.header("content-length", bytes.length);
    this.end(bytes);
  }

  write(bytes: Uint8Array | string, onSent?: () => void): void {
    this.stream();
    const piece = typeof bytes === "string" ? toByteArray(encodeUtf8(bytes)) : bytes;
    if (this.body === undefined) onSent?.();
    else this.body.write(piece, onSent);
  }

  end(bytes?: Uint8Array): void {
    if (this.hasBegun) {
      if (bytes !== undefined) this.body?.write(bytes);
      if (this.body === undefined) this.over(false);
      else this.body.end();
      return;
    }
    this.respond(this.mayHaveBody ? bytes : undefined);
    this.over(false);
  }

  /** A reply that has not begun can't be withheld here. */
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    if (!this.hasBegun) {
      this.headers.clear();
      this.status = BROKEN_OFF;
      this.respond(undefined);
    }
    this.body?.destroy();
    this.over(true);
  }

  once(_event: "close", listener: () => void): void {
    this.onClose.add(listener);
  }

  off(_event: "close", listener: () => void): void {
    this.onClose.delete(listener);
  }

  private get mayHaveBody(): boolean {
    return this.hasBody && !WITHOUT_BODY.includes(this.status);
  }

  /** Begins a reply of which more will follow. */
  private stream(): void {
    if (this.hasBegun) return;
    if (!this.mayHaveBody) {
      this.respond(undefined);
      return;
    }
    this.body = new StreamedBody((isGone) => this.over(isGone));
    this.respond(this.body.stream);
  }

  private respond(body: Uint8Array | ReadableStream | undefined): void {
    this.hasBegun = true;
    const headers = new Headers();
    for (const [name, values] of this.headerValues()) {
      for (const value of values) {
        headers.append(name, this.hasUtf8Headers ? toUnicode(value) : value);
      }
    }
    const { status } = this;
    if (status >= MIN_STATUS && status <= MAX_STATUS) {
      this.begin(new Response(body ?? null, { status, headers }));
      return;
    }
    this.body?.destroy();
    const text = `{"error":"replies can't have the status ${String(status)} here"}\n`;
    this.begin(new Response(text, { status: BROKEN_OFF, headers: JSON_HEADERS }));
  }

  private over(isGone: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.destroyed ||= isGone;
    for (const listener of [...this.onClose]) listener();
    this.onClose.clear();
  }
}

const JSON_HEADERS = { "content-type": "application/json" };
