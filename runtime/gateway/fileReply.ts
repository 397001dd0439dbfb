/** Replies to requests that no route fits: with a published file, or 404. */
import type { ServerResponse } from "node:http";
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
    // A reply behind others of its connection has no socket yet. Clients may ask for any number of files at once, of which one is
    // open at a time.
    if (reply.raw.socket !== null) this.answerNow(request, reply);
    else reply.raw.once("socket", () => this.answerNow(request, reply));
  }

  private answerNow(request: FastifyRequest, reply: FastifyReply): void {
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
    const { raw } = reply;
    const vary = headers["Vary"];
    if (vary !== undefined) raw.setHeader("vary", joinVary(raw.getHeader("vary"), vary));
    if (refusal !== undefined) {
      const range = headers["Content-Range"];
      if (range !== undefined) raw.setHeader("content-range", range);
      this.exchange.send(errorReply(status, refusal), request, reply);
      return;
    }
    // What nobody reads would be lost together with the reply when the connection is closed.
    if (request.headers.expect === undefined) request.raw.resume();
    // For Fastify a file that is closed because the client is gone would be an error to be answered.
    reply.hijack();
    const over = (): void => {
      body?.destroy();
      const route = Buffer.from(`${folder.path.replace(/\/+$/, "")}/*`).toString("latin1");
      this.exchange.logReply({ status, sizeBytes: body?.bytesRead ?? 0, route }, request);
    };
    if (request.raw.socket.destroyed) {
      over();
      return;
    }
    raw.once("close", over);
    for (const [name, value] of Object.entries(headers)) {
      if (name !== "Vary") raw.setHeader(name, value);
    }
    raw.setHeader(TRACE_HEADER, this.exchange.arrivalOf(request).span.trace.id);
    raw.writeHead(status);
    if (body === undefined) raw.end();
    else sendBody(body, Number(headers["Content-Length"]), raw);
  }
}

/**
 * Of a file that can't be read to its end, or became shorter meanwhile, a part is out already: the client would take the next reply
 * for the rest of it.
 */
function sendBody(body: FileStream, lengthBytes: number, response: ServerResponse): void {
  body.once("error", () => response.destroy());
  body.once("end", () => {
    if (body.bytesRead < lengthBytes) response.destroy();
    else response.end();
  });
  body.pipe(response, { end: false });
}
