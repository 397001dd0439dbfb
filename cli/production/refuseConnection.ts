/** The answer to a connection that no worker can serve. */
import type { Socket } from "node:net";

const BODY = '{"error":"the server can\'t answer at the moment"}\n';
const REPLY =
  `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: ${String(BODY.length)}\r\n` +
  `retry-after: 1\r\nconnection: close\r\n\r\n${BODY}`;

/** How long the client may go on sending. A connection that is closed with bytes unread is reset, and the reply lost. */
const LINGER_MS = 1000;

/** What it says, and its size as access logs count it. */
export const REFUSAL = { status: 503, sizeBytes: BODY.length } as const;

/** @returns Whether the client was still there. */
export function refuseConnection(socket: Socket): boolean {
  if (socket.destroyed) return false;
  socket.end(REPLY);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => {
    clearTimeout(timer);
  });
  return true;
}
