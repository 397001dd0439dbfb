/**
 * Why a request came to nothing. That is no error of a program: it becomes results, nil and a text. What is thrown here
 * and is none of these is a mistake of ours.
 */

/**
 * - `url`: it can't be asked, whoever listens
 * - `resolve`: nobody knows the host
 * - `connect`: there is nobody to talk to
 * - `tls`: the other side is not who it should be
 * - `timeout`: it took too long
 * - `closed`: the connection ended before the response did
 * - `protocol`: what came is no response of HTTP
 * - `size`: more came than was wanted
 * - `redirect`: it led too far, or nowhere
 * - `held`: it was not sent, because nothing is to change
 */
export type FailureKind =
  | "url"
  | "resolve"
  | "connect"
  | "tls"
  | "timeout"
  | "closed"
  | "protocol"
  | "size"
  | "redirect"
  | "held";

export class Failure {
  readonly kind: FailureKind;
  /** In a program's words, a byte string. */
  readonly text: string;

  constructor(kind: FailureKind, text: string) {
    this.kind = kind;
    this.text = text;
  }
}

const CLOSED_TEXT = "the connection was closed before the response was complete";

/**
 * What an error of Node or undici means.
 *
 * @param place "example.org:443", for errors that have to do with it.
 * @throws what is none of theirs
 */
export function failureOf(error: unknown, place: string): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = firstOf(error);
  if (code === undefined) throw error;
  const known = SIMPLE[code];
  if (known !== undefined) return new Failure(known.kind, known.text(place));
  if (TLS_CODE.test(code))
    return new Failure("tls", `${place}: certificate not accepted: ${message}`);
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") {
    return new Failure("tls", `${place}: no encrypted connection: ${sslReason(message)}`);
  }
  if (code.startsWith("HPE_"))
    return new Failure("protocol", `${place}: not a response of HTTP: ${message}`);
  if (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_")) {
    return new Failure("protocol", `the body is not encoded as its headers say: ${message}`);
  }
  if (/^E[A-Z]+$/.test(code)) return new Failure("connect", `${place}: ${code.toLowerCase()}`);
  throw error;
}

interface CodedError {
  readonly code: string | undefined;
  readonly message: string;
}

/** When all addresses of a host were tried, there is an error for each. */
function firstOf(error: unknown): CodedError {
  const { code, message, errors } = error as Partial<
    Record<"code" | "message" | "errors", unknown>
  >;
  if (Array.isArray(errors) && errors.length > 0) return firstOf(errors[0]);
  return {
    code: typeof code === "string" ? code : undefined,
    message: typeof message === "string" ? message.replaceAll(/[^\x20-\x7e]+/g, " ") : "",
  };
}

type Known = Readonly<
  Partial<Record<string, { kind: FailureKind; text: (place: string) => string }>>
>;

const closed = { kind: "closed" as const, text: () => CLOSED_TEXT };
const unresolved = {
  kind: "resolve" as const,
  text: (place: string) => `${place}: the host could not be resolved`,
};
const connect = (what: string) => ({
  kind: "connect" as const,
  text: (place: string) => `${place}: ${what}`,
});

const SIMPLE: Known = {
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EAI_FAIL: unresolved,
  ENODATA: unresolved,
  ECONNREFUSED: connect("connection refused"),
  EHOSTUNREACH: connect("no route to host"),
  ENETUNREACH: connect("network is unreachable"),
  ETIMEDOUT: { kind: "timeout", text: (place) => `timeout: no connection to ${place}` },
  ECONNRESET: closed,
  EPIPE: closed,
  ECONNABORTED: closed,
  UND_ERR_SOCKET: closed,
  UND_ERR_INFO: closed,
  UND_ERR_ABORTED: closed,
  UND_ERR_DESTROYED: closed,
  UND_ERR_CLOSED: closed,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: closed,
  UND_ERR_HEADERS_OVERFLOW: {
    kind: "size",
    text: (place) => `${place}: the headers of the response are too large`,
  },
};

const TLS_CODE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERROR_IN_CERT|CRL_)/;

/** Of "10A…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/…:" the words. */
function sslReason(message: string): string {
  return /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.trim();
}
