/** The gateway of `fetch` behind the interface of the one of Node, so that it is tested by the same tests. */
import type { InjectOptions } from "fastify";
import { fromByteArray } from "../../bytes.ts";
import type { GatewayOptions } from "../exchange.ts";
import type { RequestClient } from "../port.ts";
import { createFetchGateway } from "./index.ts";

const CLIENT: RequestClient = {
  address: "127.0.0.1",
  isDirect: true,
  isEncrypted: false,
  host: undefined,
};

type HeaderValues = Record<string, string | string[]>;

/** Has what tests look at of Fastify's. */
export async function createGateway(options: GatewayOptions) {
  const gateway = await createFetchGateway(options);
  return {
    inject: async (given: InjectOptions | string) => {
      const inject = typeof given === "string" ? { url: given } : given;
      const response = await gateway.fetch(toRequest(inject), {
        client: { ...CLIENT, address: inject.remoteAddress ?? CLIENT.address },
      });
      return await toInjected(response);
    },
    close: () => Promise.resolve(),
  };
}

function toRequest({ url = "/", method = "GET", headers = {}, payload }: InjectOptions): Request {
  const sent = new Headers({ host: "localhost:80", "user-agent": "lightMyRequest" });
  for (const [name, value] of Object.entries(headers as HeaderValues)) {
    sent.delete(name);
    for (const each of [value].flat()) sent.append(name, each);
  }
  const body =
    typeof payload === "object" && !Buffer.isBuffer(payload) ? JSON.stringify(payload) : payload;
  const bytes: Buffer | undefined = typeof body === "string" ? Buffer.from(body) : body;
  if (bytes !== undefined) sent.set("content-length", String(bytes.length));
  const target = typeof url === "string" ? url : url.pathname;
  // The constructor has no bodies for GET, and not all methods; servers that make one do.
  const request = new Request(/^https?:/.test(target) ? target : `http://localhost:80${target}`, {
    method: "POST",
    headers: sent,
    // As a stream it brings no content type of its own.
    ...(bytes === undefined ? {} : { body: new Blob([bytes]).stream(), duplex: "half" }),
  });
  return Object.defineProperty(request, "method", { value: method.toUpperCase() });
}

async function toInjected(response: Response) {
  const headers: HeaderValues = {};
  for (const [name, value] of response.headers) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  const rawPayload = Buffer.from(await response.arrayBuffer());
  return {
    statusCode: response.status,
    headers,
    rawPayload,
    body: rawPayload.toString("utf8"),
    payload: rawPayload.toString("utf8"),
    bytes: fromByteArray(rawPayload),
    json: () => JSON.parse(rawPayload.toString("utf8")) as unknown,
  };
}
