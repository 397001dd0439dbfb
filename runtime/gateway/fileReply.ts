/** Replies to requests that no route fits: with a published file, or 404. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorReply } from "../functions/index.ts";
import { joinVary } from "./cors.ts";
import type { Exchange } from "./exchange.ts";
import { TRACE_HEADER } from "./requestSpan.ts";
import { staticFiles } from "./static.lazy.ts";
import type { FileStream, StaticFiles, StaticFolder, StaticReply } from "./static/index.ts";

export class FileReplies {
  private readonly exchange: Exchange;
  private readonly files: StaticFiles;

  constructor(exchange: Exchange, folders: readonly StaticFolder[]) {
    this.exchange = exchange;
    this.files = new (staticFiles().StaticFiles)(folders);
  }

  answer(request: FastifyRequest, reply: FastifyReply): void {
    const { path } = this.exchange.arrivalOf(request);
    const mark = request.originalUrl.indexOf("?");
    const query = mark < 0 ? "" : request.originalUrl.slice(mark);
    this.files.find({ request: request.raw, path, query }).then(
      (found) => {
        if (found === undefined) this.exchange.send(errorReply(404, "not found"), request, reply);
        else this.reply(found, request, reply);
      },
      (thrown: unknown) => {
        const isForbidden = staticFiles().isForbidden(thrown);
        if (isForbidden) this.exchange.send(errorReply(403, "forbidden"), request, reply);
        else this.exchange.fail(thrown, request, reply);
      },
    );
  }

  private reply(found: StaticReply, request: FastifyRequest, reply: FastifyReply): void {
    const { status, headers, body, refusal, folder } = found;
    void reply.headers(headers);
    const vary = headers["Vary"];
    if (vary !== undefined) void reply.header("vary", joinVary(reply.raw.getHeader("vary"), vary));
    if (refusal !== undefined) {
      this.exchange.send(errorReply(status, refusal), request, reply);
      return;
    }
    // What nobody reads would be lost together with the reply when the connection is closed.
    if (request.headers.expect === undefined) request.raw.resume();
    void reply.code(status).header(TRACE_HEADER, this.exchange.arrivalOf(request).span.trace.id);
    if (body !== undefined) endEarlyWith(body, Number(headers["Content-Length"]), reply);
    whenOver(request, reply, () => {
      body?.destroy();
      const route = Buffer.from(`${folder.path.replace(/\/+$/, "")}/*`).toString("latin1");
      this.exchange.logReply({ status, sizeBytes: body?.bytesRead ?? 0, route }, request);
    });
    void reply.send(body);
  }
}

/**
 * Calls `then` once, when the reply is out or the client is gone. Of replies that wait for those before them on their connection,
 * Node does not tell that it is closed.
 */
function whenOver({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply, then: () => void) {
  const over = (): void => {
    raw.off("close", over);
    socket.off("close", over);
    then();
  };
  raw.once("close", over);
  socket.once("close", over);
  if (socket.destroyed) over();
}

/** A file that became shorter meanwhile: the client would take the next reply for the rest of it. */
function endEarlyWith(body: FileStream, lengthBytes: number, { raw }: FastifyReply): void {
  body.once("end", () => {
    if (body.bytesRead < lengthBytes) raw.destroy();
  });
}
