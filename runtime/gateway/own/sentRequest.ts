/** A request as the function sees it that answers it. */
import { toHex } from "../../bytes.ts";
import { HeaderList } from "../../functions/index.ts";
import type { HttpAddress, HttpRequest } from "../../http.ts";
import type { Arrival } from "../arrival.ts";
import type { Host } from "../../host.ts";
import { bodyOf } from "../bytes.ts";
import { shownHeaders, shownQuery } from "../errorReport.ts";
import { splitPath } from "../path.ts";
import type { GatewayRequest } from "../port.ts";

const ID_BYTES = 16;

export class SentRequest implements HttpRequest {
  method: string;
  query: string;
  body: string;
  readonly sentMethod: string;
  readonly target: string;
  readonly uri: string;
  readonly version: number;
  readonly headers: HeaderList;
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly startedMs: number;
  readonly id: string;
  readonly isEncrypted: boolean;
  readonly forwardedHost: string | undefined;
  readonly client: HttpAddress;
  readonly server: HttpAddress;

  constructor(request: GatewayRequest, { path, span, client }: Arrival, host: Host) {
    const { raw, method, originalUrl } = request;
    const query = shownQuery(originalUrl);
    const { socket } = raw;
    this.method = method;
    this.sentMethod = method;
    this.query = query.slice(1);
    this.body = bodyOf(request);
    this.target = path + query;
    this.uri = uriOf(path);
    this.version = Number(raw.httpVersion);
    this.sentHeaders = shownHeaders(raw.rawHeaders);
    this.headers = new HeaderList(this.sentHeaders);
    this.id = toHex(host.randomBytes(ID_BYTES));
    this.startedMs = host.clock.nowMs() - (performance.now() - span.startedMs);
    this.isEncrypted = client.isEncrypted;
    this.forwardedHost = client.host;
    // Nobody tells the port of a client behind a proxy.
    const port = client.isDirect ? socket.remotePort : undefined;
    this.client = { address: withoutMapping(client.address), port };
    this.server = { address: withoutMapping(socket.localAddress), port: socket.localPort };
  }
}

/** nginx's `$uri`. A slash at the end stays. */
function uriOf(path: string): string {
  const segments = splitPath(path) ?? [];
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

/** An IPv4 address comes as one of IPv6 where a server listens to both. */
function withoutMapping(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/, "");
}
