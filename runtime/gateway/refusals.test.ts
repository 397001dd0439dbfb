/** What is told of requests that the server refuses before any gateway sees them. */
import type { Span } from "../core/span.ts";
import type { AccessEntry } from "./exchange.ts";
import { closeAll, head, open, send, statuses } from "./rawClient.testkit.ts";

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
