/** The parts of HTTP that only a real connection shows. */
import { connect } from "node:net";
import { request, type Agent } from "node:http";
import http from "node:http";
import type { LuaFunction } from "../core/value.ts";
import { GatewayError } from "./errors.ts";
import { createGatewayServer, type GatewayServer } from "./server.ts";
import { createTestGateway } from "./gateway.testkit.ts";

const HOST = "127.0.0.1";
const echo: LuaFunction = (args) => args;

const openServers: GatewayServer[] = [];

async function listen(port = 0): Promise<GatewayServer> {
  const server = await createGatewayServer({ host: HOST, port });
  openServers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(openServers.splice(0).map((server) => server.close()));
});

/** Sends bytes as they are and returns all that comes back until the other side closes. */
function exchange({ address }: GatewayServer, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(address.port, HOST, () => socket.write(Buffer.from(bytes, "latin1")));
    socket.on("data", (piece) => (answer += piece.toString("latin1")));
    socket.on("close", () => {
      resolve(answer);
    });
    socket.on("error", reject);
  });
}

async function get(server: GatewayServer, path: string): Promise<string> {
  const answer = await exchange(
    server,
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  return `${answer.slice(9, 12)} ${answer.slice(answer.indexOf("\r\n\r\n") + 4)}`;
}

/** A gateway whose function "who" tells which gateway it belongs to. */
function gatewayOf(name: string) {
  return createTestGateway({
    rows: [
      ["ANY", "/who", "who"],
      ["ANY", "/echo/:id", "echo"],
    ],
    modules: { who: () => name, echo },
  });
}

test("before the first gateway, requests are told to wait", async () => {
  const server = await listen();
  expect(await get(server, "/who")).toBe('503 {"error":"the server is starting"}\n');
});

test("a swap takes effect with the next request", async () => {
  const server = await listen();
  for (const name of ["first", "second"]) {
    server.serve(await gatewayOf(name));
    expect(await get(server, "/who")).toBe(`200 {"data":"${name}"}\n`);
  }
});

test("a request whose body is still coming finishes where it began", async () => {
  const server = await listen();
  const first = await gatewayOf("first");
  server.serve(first);
  const body = await new Promise<string>((resolve, reject) => {
    const sent = request(
      { host: HOST, port: server.address.port, path: "/who", method: "POST" },
      (response) => {
        let text = "";
        response.on("data", (piece: Buffer) => (text += piece.toString()));
        response.on("end", () => {
          resolve(text);
        });
      },
    );
    sent.on("error", reject);
    sent.write('{"a":');
    void swap();
    async function swap(): Promise<void> {
      // The first part must have arrived: another request that was answered says so.
      expect(await get(server, "/who")).toBe('200 {"data":"first"}\n');
      server.serve(await gatewayOf("second"));
      await first.close();
      expect(await get(server, "/who")).toBe('200 {"data":"second"}\n');
      sent.end("1}");
    }
  });
  expect(body).toBe('{"data":"first"}\n');
});

test("a port that is taken", async () => {
  const { address } = await listen();
  const failure = await createGatewayServer({ host: HOST, port: address.port }).catch(
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(GatewayError);
  expect(failure).toMatchObject({
    code: "port-in-use",
    message: `port ${String(address.port)} is in use by another program; choose another port`,
    cause: { code: "EADDRINUSE" },
  });
});

test("an address that is not this machine's", async () => {
  const failure = createGatewayServer({ host: "192.0.2.1", port: 0 });
  await expect(failure).rejects.toMatchObject({
    code: "host-unavailable",
    message: "this machine has no address 192.0.2.1",
  });
});

describe("on the wire", () => {
  test("any byte can be in a path, but Node wants it encoded", async () => {
    const server = await listen();
    server.serve(await gatewayOf("x"));
    expect(await get(server, "/echo/caf\xc3\xa9")).toContain("must be percent-encoded");
    expect(await get(server, "/echo/caf%C3%A9%FF")).toBe('200 {"data":{"id":"caf\xc3\xa9\xff"}}\n');
  });

  test("a URL with scheme and host, as sent to a proxy", async () => {
    const server = await listen();
    server.serve(await gatewayOf("x"));
    expect(await get(server, "http://example.org/echo/1?a=2")).toBe(
      '200 {"data":{"a":"2","id":"1"}}\n',
    );
  });

  test("a connection goes on after a refused request whose body nobody read", async () => {
    const server = await listen();
    server.serve(await gatewayOf("x"));
    const body = "y".repeat(100_000);
    const answer = await exchange(
      server,
      `POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}` +
        `GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 [^]*"not found"[^]*HTTP\/1.1 200 [^]*\{"data":"x"\}\n$/);
  });

  test.each([
    ["huge headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(70_000)}\r\n\r\n`, 431],
    ["a huge query", `GET /?${"y".repeat(1 << 20)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ["no HTTP", "hello\r\n\r\n", 400],
    ["no Host", "GET /who HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "an odd expectation",
      "GET /who HTTP/1.1\r\nHost: x\r\nExpect: y\r\nConnection: close\r\n\r\n",
      417,
    ],
    ["CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 405],
    [
      "two lengths",
      "POST /who HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
      400,
    ],
  ])("%s", async (_what, bytes, status) => {
    const server = await listen();
    server.serve(await gatewayOf("x"));
    const answer = await exchange(server, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(answer).toContain("content-type: application/json\r\n");
    expect(answer).toMatch(/\r\n\r\n\{"error":".*"\}\n$/);
    expect(await get(server, "/who")).toBe('200 {"data":"x"}\n');
  });
});

test.each(["keep-alive", "close"])(
  "a client that sends all of a body that is too large gets to know why (%s)",
  async (connection) => {
    const server = await listen();
    server.serve(await gatewayOf("x"));
    const size = 30 * 1024 * 1024;
    const answer = await exchange(
      server,
      `POST /who HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n` +
        `Content-Length: ${String(size)}\r\n\r\n${"y".repeat(size)}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*content-type: application\/json/);
    expect(answer).toMatch(/\r\n\r\n\{"error":"request body is larger than \d+ bytes"\}\n$/);
  },
);

test("a client that never sends the rest of such a body has its answer at once", async () => {
  const server = await listen();
  server.serve(await gatewayOf("x"));
  const started = performance.now();
  const socket = connect(server.address.port, HOST);
  socket.write("POST /who HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\nabc");
  const answer = await new Promise<string>((resolve) => {
    socket.once("data", (piece) => {
      resolve(piece.toString("latin1"));
    });
  });
  expect(performance.now() - started).toBeLessThan(1000);
  expect(answer).toMatch(/^HTTP\/1.1 413 [^]*"error"/);
  socket.destroy();
});

test("closing answers what is in progress, then ends kept connections", async () => {
  const server = await listen();
  server.serve(await gatewayOf("x"));
  const agent: Agent = new http.Agent({ keepAlive: true });
  const send = (body: string, path = "/who") =>
    new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      const options = { host: HOST, port: server.address.port, path, method: "POST", agent };
      const sent = request(options, (response) => {
        response.resume();
        response.on("end", () => {
          resolve([response.statusCode, response.headers.connection]);
        });
      });
      sent.on("error", reject);
      sent.write(body.slice(0, 1));
      setTimeout(() => sent.end(body.slice(1)), 60);
    });
  expect(await send("{}")).toEqual([200, "keep-alive"]);
  const inProgress = send("{}");
  await get(server, "/who");
  const startMs = performance.now();
  const closed = server.close();
  expect((await inProgress)[0]).toBe(200);
  await closed;
  expect(performance.now() - startMs).toBeLessThan(2000);
  await expect(get(server, "/who")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  agent.destroy();
});

test.each(["", "\r\n", "GET /who HT"])(
  "closing ends connections without a request: %j",
  async (bytes) => {
    const server = await listen();
    const ended = exchange(server, bytes);
    // It is connected when a later one was answered.
    await get(server, "/who");
    const startMs = performance.now();
    await server.close();
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(await ended).toBe("");
  },
);
