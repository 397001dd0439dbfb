/** Where a request goes, taken apart once: most programs ask for the same few URLs again and again. */
import { makePlace, type Place, type TlsSettings } from "./openSocket.ts";

export interface Target {
  /** Without what says who asks. Is never changed. */
  readonly url: URL;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of the URL, without a query: that may hold secrets. */
  readonly path: string;
  /** Path and query, in ASCII, as they are sent (RFC 9112, 3.2.1). */
  readonly requestTarget: string;
  /** Of a URL without encryption, for which settings of TLS mean nothing. */
  readonly plainPlace: Place | undefined;
}

export function targetOf(url: URL): Target {
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return {
    url,
    host,
    port,
    path: url.pathname,
    requestTarget: `${url.pathname}${url.search}`,
    plainPlace: isSecure ? undefined : makePlace({ isSecure, host, port, tls: NO_TLS }),
  };
}

const NO_TLS: TlsSettings = { verify: true };

/** Whom to connect to. */
export function placeOf({ plainPlace, host, port }: Target, tls: TlsSettings): Place {
  return plainPlace ?? makePlace({ isSecure: true, host, port, tls });
}
