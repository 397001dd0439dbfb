/**
 * Replies to what is refused while it is still coming.
 *
 * A client that sends all of its body before it looks for an answer would find its connection reset:
 * closing one with bytes unread does that, and the reply is lost. So the reply goes out at once, but
 * what still comes is read and dropped for a while before the connection ends (as nginx does).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const MAX_LINGER_MS = 10_000;

/** Sends a complete reply and ends the connection when the client has sent what it wants to send. */
export function sendAndLinger(
  request: IncomingMessage,
  response: ServerResponse,
  reply: { readonly status: number; readonly body: Uint8Array },
): void {
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": reply.body.length,
    connection: "close",
  });
  response.write(reply.body);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, MAX_LINGER_MS);
  timer.unref();
  request.once("end", end);
  request.once("close", end);
  request.resume();
}

/** The same where there is no response: sends `text` and ends the connection when the client has, or after that while. */
export function endAndLinger(socket: Socket, text = ""): void {
  // Clients may stay as long as they like, and send: nothing of Node's looks after such a connection.
  const timer = setTimeout(() => socket.destroy(), MAX_LINGER_MS);
  timer.unref();
  socket.once("close", () => {
    clearTimeout(timer);
  });
  socket.end(text);
  // Whoever read it before, a parser that finds everything wrong or nobody, goes on.
  socket.resume();
}
