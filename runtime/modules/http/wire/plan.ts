/** What is to be asked, checked and complete. Nothing of Lua is left in it. */
import type { Header } from "../../../functions/index.ts";
import type { BodyFeed } from "./bodyFeed.ts";
import type { TlsSettings } from "./openSocket.ts";
import type { Target } from "./target.ts";

/** Milliseconds; `Infinity` for no limit. */
export interface Timeouts {
  /** Until there is a connection. */
  readonly connectMs: number;
  /** From then until the headers of the response are there. */
  readonly headersMs: number;
  /** Until the next piece of its body. */
  readonly readMs: number;
  /** From the beginning to the last byte. */
  readonly totalMs: number;
}

export interface RequestPlan {
  readonly method: string;
  readonly target: Target;
  /** Byte strings; neither `Host` nor `Content-Length` has to be among them. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array | BodyFeed | undefined;
  readonly timeouts: Timeouts;
  readonly tls: TlsSettings;
  /** How many are followed; with 0 they are responses like others. */
  readonly redirects: number;
  /** Of the body, decoded. */
  readonly maximumBytes: number;
  /** Whether the body is read piece by piece, rather than all at once. */
  readonly isStreamed: boolean;
  /** Whether `Content-Encoding` is taken off. */
  readonly decodes: boolean;
}

/** No text can be longer: what V8 can take, with room for what is put around it. */
export const MAX_TEXT_BYTES = 2 ** 29 - 4096;
