/** A gateway behind a socket, and a client that sends bytes as they are. */
import { connect, type Socket } from "node:net";
import type { LuaFunction } from "../core/value.ts";
import type { GatewayOptions } from "./exchange.ts";
import { createTestGateway } from "./gateway.testkit.ts";
import { createGatewayServer, type GatewayServer, type ListenOptions } from "./server.ts";

export const HOST = "127.0.0.1";
const echo: LuaFunction = (args) => args;

const servers: GatewayServer[] = [];
const bugs: unknown[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  expect(bugs.splice(0)).toEqual([]);
}

export async function open(
  options: Partial<ListenOptions & Pick<GatewayOptions, "onRequest" | "onSpan">> = {},
): Promise<GatewayServer> {
  const { onRequest, onSpan } = options;
  const server = await createGatewayServer({ host: HOST, port: 0, ...options });
  servers.push(server);
  const gateway = await createTestGateway({
    rows: [
      ["ANY", "/echo", "echo"],
      ["ANY", "/echo/*rest", "echo"],
    ],
    modules: { echo },
    bodyLimitBytes: 10_000,
    onBug: (thrown) => bugs.push(thrown),
    ...(onRequest && { onRequest }),
    ...(onSpan && { onSpan }),
  });
  server.serve(gateway);
  return server;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads replies with a length, to requests of which none is HEAD. */
export function parseAnswers(bytes: string): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    const [first = "", ...lines] = rest.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3}) \S/.exec(first)?.[1]);
    const length = status === 100 ? 0 : Number(headers["content-length"]);
    const body = rest.slice(end + 4, end + 4 + length);
    if (end < 0 || !(length >= 0) || body.length < length) throw new Error(`no reply: ${rest}`);
    answers.push({ status, headers, body });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

/** Sends pieces and returns all that comes back until the server closes. */
export function send({ address }: GatewayServer, ...pieces: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(address.port, HOST, () => void sendPieces(socket, pieces));
    socket.on("data", (piece) => (answer += piece.toString("latin1")));
    socket.on("close", () => {
      resolve(answer);
    });
    socket.on("error", reject);
  });
}

async function sendPieces(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, "latin1"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function statuses(server: GatewayServer, ...pieces: string[]): Promise<string> {
  return parseAnswers(await send(server, ...pieces))
    .map(({ status, body }) => `${String(status)} ${body.trimEnd()}`)
    .join(" | ");
}

export async function expectAlive(server: GatewayServer): Promise<void> {
  expect(await statuses(server, head("GET /echo?a=1"))).toBe('200 {"data":{"a":"1"}}');
}

/** A request whose connection ends with it. */
export function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, "Host: x", "Connection: close", ...headers, "", ""].join("\r\n");
}

export function post(body: string, ...headers: string[]): string {
  return head("POST /echo", ...headers, `Content-Length: ${String(body.length)}`) + body;
}

/** The header of a body that comes in chunks. */
export const CHUNKED = "Transfer-Encoding: chunked";
