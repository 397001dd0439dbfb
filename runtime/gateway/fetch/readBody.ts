/** Reads the body of a request, as far as it may be. */
import { RequestError } from "../errors.ts";
import type { RequestHeaders } from "../port.ts";

const TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * @param limitBytes Larger ones are not read to their end.
 * @returns `undefined` when there is none.
 * @throws RequestError 413 above the limit, 415 when the content type is none, 400 when the body breaks off
 */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  headers: RequestHeaders,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  const type = headers["content-type"];
  if (type !== undefined && !TYPE.test(type)) throw new RequestError(415, "malformed content type");
  if (stream === null) return undefined;
  if (Number(headers["content-length"]) > limitBytes) throw tooLarge(limitBytes);
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = stream.getReader();
  for (let piece = await next(reader); piece !== undefined; piece = await next(reader)) {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) {
      // Whoever sends it need not go on; that it did not stop changes nothing.
      reader.cancel().catch(() => undefined);
      throw tooLarge(limitBytes);
    }
    pieces.push(piece);
  }
  return join(pieces, sizeBytes);
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  try {
    const { value } = await reader.read();
    return value;
  } catch {
    throw new RequestError(400, "the request body broke off");
  }
}

function join(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(sizeBytes);
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

function tooLarge(limitBytes: number): RequestError {
  return new RequestError(413, `request body is larger than ${String(limitBytes)} bytes`);
}
