/**
 * The gateway of a project for one test file, behind a real server on any free port of this machine: requests go the way
 * of all requests, with bodies in pieces and connections that are cut.
 */
import { randomBytes } from "node:crypto";
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { TOKEN_HEADER, type AccessEntry } from "../../../runtime/gateway/index.ts";
import type { TestHeader, TestRequest, TestResponse } from "../../../runtime/testing/index.ts";
import type { CommandContext } from "../../command.ts";
import { describeFailure } from "../../errors.ts";
import type { Project } from "../../project.ts";
import { listen, LOOPBACK, openGateway } from "../../serving.ts";

/** What requests call the server, unless they say otherwise: its port differs each time. */
const HOST = "localhost";

export interface TestGatewayOptions {
  readonly project: Project;
  readonly context: Pick<CommandContext, "env" | "stderr">;
  /** The time that replies have in the header `Date`, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told of each request that was answered. */
  readonly onRequest: (entry: AccessEntry) => void;
}

export class TestGateway {
  private readonly options: TestGatewayOptions;
  private readonly token: string;
  private opened: Promise<OpenGateway> | undefined = undefined;
  private readonly requests = new Set<ClientRequest>();

  constructor(options: TestGatewayOptions) {
    this.options = options;
    const { SPACER_INTERNAL_TOKEN: token = "" } = options.context.env;
    this.token = token === "" ? randomBytes(16).toString("hex") : token;
  }

  /** Sends a request; resolves when the head of the reply has come. @throws UserError when there is no gateway */
  async send(request: TestRequest): Promise<TestResponse> {
    this.opened ??= this.open();
    const { port } = await this.opened;
    return await new Promise((resolve, reject) => {
      const sent = this.begin(request, port);
      sent.on("response", (response) => {
        resolve(toResponse(response, this.options.nowMs()));
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        const { code, message } = error;
        reject(
          code === "ECONNRESET"
            ? new Error("the connection ended without a reply")
            : new Error(message),
        );
      });
    });
  }

  /** Cuts what is in progress. */
  async close(): Promise<void> {
    for (const request of this.requests) request.destroy();
    const opened = await this.opened?.catch(() => undefined);
    await opened?.close();
  }

  private begin(
    { method, target, headers, body, isInternal }: TestRequest,
    port: number,
  ): ClientRequest {
    const bytes = body === undefined ? undefined : Buffer.from(body, "latin1");
    // A connection for each, as from different clients; one that is kept could be closed just when it is used again.
    const request = httpRequest({ host: LOOPBACK, port, method, path: target, agent: false });
    this.requests.add(request);
    request.on("close", () => this.requests.delete(request));
    request.setHeader("Host", HOST);
    request.setHeader("Connection", "keep-alive");
    if (bytes !== undefined) request.setHeader("Content-Length", bytes.length);
    if (isInternal) request.setHeader(TOKEN_HEADER, this.token);
    const named = new Set<string>();
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      if (named.has(key)) request.appendHeader(name, value);
      else request.setHeader(name, value);
      named.add(key);
    }
    request.end(bytes);
    return request;
  }

  private async open(): Promise<OpenGateway> {
    const { project, context, onRequest } = this.options;
    const env: CommandContext["env"] = { ...context.env, SPACER_INTERNAL_TOKEN: this.token };
    const gateway = await openGateway(project, env, {
      onRequest,
      onBug: (thrown) => {
        context.stderr.write(describeFailure(thrown, env["SPACER_DEBUG"] === "1").text);
      },
    });
    const server = await listen({ host: LOOPBACK, port: 0 });
    server.serve({
      ...gateway,
      handle: (request, response: ServerResponse) => {
        // Node's own would be of the machine's clock. What a function sets is sent all the same.
        response.sendDate = false;
        gateway.handle(request, response);
      },
    });
    return {
      port: server.address.port,
      close: async () => {
        // Not waited for: functions whose requests were cut may go on for long.
        server.close().catch(() => undefined);
        await gateway.close();
      },
    };
  }
}

interface OpenGateway {
  readonly port: number;
  close(): Promise<void>;
}

/** @param nowMs The time at which its head has come. */
function toResponse(response: IncomingMessage, nowMs: number): TestResponse {
  const { rawHeaders, statusCode = 0 } = response;
  const headers = rawHeaders.flatMap((name, index): TestHeader[] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
  if (response.headers.date === undefined) headers.push(["Date", new Date(nowMs).toUTCString()]);
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  return {
    status: statusCode,
    headers,
    next: async () => (await pieces.next()).value?.toString("latin1"),
    close: () => {
      response.destroy();
    },
  };
}
