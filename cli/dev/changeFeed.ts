/**
 * Tells open error pages when the project has changed, by server-sent events.
 *
 * It answers before the gateway sees a request, and only those that ask for a stream of events at its
 * path: a route of the project with the same path still answers all others, and could not answer these,
 * since every reply of a function is JSON.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServedGateway } from "../../runtime/gateway/index.ts";

export const CHANGES_PATH = "/.spacer/changes";

const EVENT_STREAM = "text/event-stream";

/** How long a browser waits before it connects again. */
const RETRY_MS = 500;

export class ChangeFeed {
  /** Names this run of the server: one that was started again has changed, too. */
  readonly serverId = randomBytes(8).toString("hex");
  /** Of `performance.now()`. */
  private changedMs = 0;
  private readonly responses = new Set<ServerResponse>();
  private isClosed = false;

  /** The project has changed: every page that was made before is out of date. */
  changed(): void {
    this.changedMs = performance.now();
    for (const response of this.responses) response.write(this.state());
  }

  /** Answers the requests for the feed, and leaves all others to the gateway. */
  inFrontOf(gateway: ServedGateway): ServedGateway {
    return {
      noteRefusal: (refusal) => gateway.noteRefusal?.(refusal),
      handle: (request, response) => {
        if (isForFeed(request)) this.connect(response);
        else gateway.handle(request, response);
      },
    };
  }

  /** Ends all connections, which would hold the server open. */
  close(): void {
    this.isClosed = true;
    for (const response of this.responses) response.end();
  }

  private connect(response: ServerResponse): void {
    response.writeHead(200, { "content-type": EVENT_STREAM, "cache-control": "no-store" });
    response.write(`retry: ${String(RETRY_MS)}\n${this.state()}`);
    if (this.isClosed) {
      response.end();
      return;
    }
    this.responses.add(response);
    response.once("close", () => this.responses.delete(response));
  }

  private state(): string {
    const { serverId: server, changedMs } = this;
    return `event: state\ndata: ${JSON.stringify({ server, changedMs })}\n\n`;
  }
}

function isForFeed({ method, url, headers }: IncomingMessage): boolean {
  return method === "GET" && url === CHANGES_PATH && headers.accept === EVENT_STREAM;
}
