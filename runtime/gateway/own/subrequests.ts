/**
 * Requests of functions to their own gateway. They never are on the network, but go all the way of any other request:
 * routes, arguments, reply, log. They know whose part they are, whose limits therefore hold for them.
 */
import type { IncomingMessage } from "node:http";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { fromByteArray, toByteArray, toHex } from "../../bytes.ts";
import { HeaderList } from "../../functions/index.ts";
import type { CapturedReply, Subrequest } from "../../http.ts";
import { randomBytes } from "../../random.ts";
import { attachOuter } from "../attached.ts";
import type { RequestedCall } from "./requestedCall.ts";
import { subrequestHeaders } from "./subrequestHeaders.ts";

/** Answers a request that never was on the network. */
export type Inject = (request: InjectOptions) => Promise<LightMyRequestResponse>;

/** Tells a subrequest from others, by a value that nobody can guess. */
const KEY_HEADER = "x-spacer-subrequest";
const KEY_BYTES = 16;

export class Subrequests {
  /** Set once there is a gateway. */
  inject: Inject | undefined = undefined;
  private readonly expected = new Map<string, RequestedCall>();

  /** Recognizes a request. */
  arrive(request: IncomingMessage): void {
    if (this.expected.size === 0) return;
    const key = request.headers[KEY_HEADER];
    const call = typeof key === "string" ? this.expected.get(key) : undefined;
    if (typeof key !== "string" || call === undefined) return;
    this.expected.delete(key);
    attachOuter(request, call);
    // The function sees what it would see of any request.
    const { headers, rawHeaders } = request;
    Reflect.deleteProperty(headers, KEY_HEADER);
    const place = rawHeaders.findIndex((name) => name.toLowerCase() === KEY_HEADER);
    if (place >= 0) rawHeaders.splice(place, 2);
  }

  async capture(subrequest: Subrequest, outer: RequestedCall): Promise<CapturedReply> {
    const { inject } = this;
    if (inject === undefined) throw new Error("the gateway is not open");
    const key = toHex(randomBytes(KEY_BYTES));
    this.expected.set(key, outer);
    try {
      const response = await inject({
        method: subrequest.method,
        url: subrequest.target,
        headers: { ...subrequestHeaders(outer), [KEY_HEADER]: key },
        payloadAsStream: true,
        ...(subrequest.body === "" ? {} : { payload: Buffer.from(toByteArray(subrequest.body)) }),
      });
      return await readReply(response);
    } catch (thrown) {
      // The function ended the connection before there was a reply.
      if (!isReset(thrown)) throw thrown;
      return { status: 500, headers: new HeaderList(), body: "", isTruncated: true };
    } finally {
      this.expected.delete(key);
    }
  }
}

async function readReply(response: LightMyRequestResponse): Promise<CapturedReply> {
  const headers = new HeaderList();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name, [value].flat().map(String));
  }
  const chunks: Buffer[] = [];
  let isTruncated = false;
  try {
    for await (const chunk of response.stream() as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (thrown) {
    if (!isReset(thrown)) throw thrown;
    isTruncated = true;
  }
  return {
    status: response.statusCode,
    headers,
    body: fromByteArray(Buffer.concat(chunks)),
    isTruncated,
  };
}

function isReset(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | undefined)?.code === "LIGHT_ECONNRESET";
}
