/** What is told of requests that the server refuses before any gateway sees them, and what becomes of their connections. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Span } from "../core/span.ts";
import type { AccessEntry } from "./exchange.ts";
import { closeAll, expectAlive, head, HOST, open, send, statuses } from "./rawClient.testkit.ts";

afterEach(closeAll);

const UNKNOWN = { method: "-", path: "-" };

test.each([
  ["no HTTP", "\x16\x03\x01\x02\x00", 400, UNKNOWN],
  ["no end of headers", head("GET /echo", `X-Long: ${"x".repeat(20_000)}`), 431, UNKNOWN],
  ["a request that stops", "GET /echo HTTP/1.1\r\nHos", 408, UNKNOWN],
  ["CONNECT", head("CONNECT x:443"), 405, UNKNOWN],
  ["no host", "GET /echo?secret=1 HTTP/1.1\r\n\r\n", 400, { method: "GET", path: "/echo" }],
  ["an expectation", head("PUT /echo", "Expect: tea"), 417, { method: "PUT", path: "/echo" }],
])("%s is in the access log and counts", async (_name, bytes, status, subject) => {
  const entries: AccessEntry[] = [];
  const spans: Span[] = [];
  const server = await open({
    headerTimeoutMs: 100,
    requestTimeoutMs: 100,
    onRequest: (entry) => entries.push(entry),
    onSpan: (span) => spans.push(span),
  });
  expect(await send(server, bytes)).toContain(`HTTP/1.1 ${String(status)} `);
  expect(entries).toMatchObject([{ ...subject, status }]);
  expect(spans).toMatchObject([{ ...subject, status, name: "-", parentId: undefined }]);
  expect(spans[0]?.trace.client?.address).toMatch(/127\.0\.0\.1$/);
  expect(spans[0]?.sizeBytes).toBeGreaterThan(10);
});

test("what is wrong behind a request counts once, beside it", async () => {
  const entries: AccessEntry[] = [];
  const server = await open({ onRequest: (entry) => entries.push(entry) });
  const good = head("GET /echo").replace("Connection: close\r\n", "");
  expect(await statuses(server, good, "BREW\r\n", "BREW\r\n")).toMatch(/^200 .* \| 400 /);
  expect(entries.map(({ status, path }) => `${String(status)} ${path}`)).toEqual([
    "200 /echo",
    "400 -",
  ]);
});

test.each([
  ["a URL", "GET /?"],
  ["what is no HTTP", "nonsense "],
  ["behind CONNECT", head("CONNECT x:443")],
])("who sends a lot more, of %s, gets the answer all the same", async (_what, start) => {
  const server = await open();
  const bytes = start + "y".repeat(4 << 20);
  for (let count = 0; count < 5; count++) {
    // A connection that is reset would be an error.
    expect(await send(server, bytes)).toMatch(/^HTTP\/1.1 4\d\d [^]*\r\n\r\n\{"error":".*"\}\n$/);
  }
});

test.each([
  ["what is no HTTP", "nonsense\r\n"],
  ["CONNECT", head("CONNECT x:443")],
  ["a broken body", head("POST /echo", "Transfer-Encoding: chunked") + "zz\r\n"],
])("who does not end after %s is cut off after some seconds", async (_what, bytes) => {
  const server = await open();
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "performance"] });
  try {
    const socket = connect({ port: server.address.port, host: HOST, allowHalfOpen: true });
    const reset = new Promise<string>((resolve) => {
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    });
    const answered = new Promise((resolve) => socket.once("end", resolve));
    socket.resume();
    socket.write(bytes);
    await answered;
    jest.advanceTimersByTime(9000);
    for (let count = 0; count < 5; count++) {
      socket.write("more");
      await wait(20);
    }
    expect(socket.destroyed).toBe(false);
    jest.advanceTimersByTime(1000);
    while (!socket.destroyed) {
      socket.write("more");
      await wait(20);
    }
    expect(await reset).toMatch(/^(?:ECONNRESET|EPIPE)$/);
  } finally {
    jest.useRealTimers();
  }
});

test("who asks for a tunnel and resets the connection harms nobody", async () => {
  const server = await open();
  for (let count = 0; count < 50; count++) {
    const socket = connect(server.address.port, HOST, () => {
      socket.write(head("CONNECT x:443") + "z".repeat(count * 1000), () => {
        if (count % 2 === 0) socket.resetAndDestroy();
      });
    });
    socket.on("error", () => undefined);
    socket.on("data", () => socket.resetAndDestroy());
    await new Promise((resolve) => socket.once("close", resolve));
  }
  await expectAlive(server);
});
