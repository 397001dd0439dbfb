/** The body of a request, as far as it is not too large. */
import type { IncomingMessage } from "node:http";
import { RequestError } from "../errors.ts";

/** @throws RequestError 413; 400 when the connection ends before the body does */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] = [];
    let sizeBytes = 0;
    const refuse = (): void => {
      pieces = [];
      reject(new RequestError(413, `request body is larger than ${String(limitBytes)} bytes`));
    };
    if (Number(request.headers["content-length"]) > limitBytes) {
      refuse();
      return;
    }
    request.on("data", (piece: Buffer) => {
      sizeBytes += piece.length;
      if (sizeBytes > limitBytes) refuse();
      else pieces.push(piece);
    });
    request.once("end", () => {
      resolve(Buffer.concat(pieces));
    });
    const endEarly = (): void => {
      reject(new RequestError(400, "the request ended early"));
    };
    request.once("error", endEarly);
    request.once("close", endEarly);
  });
}
