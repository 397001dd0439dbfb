/** The append endpoint over real connections. */
import { connect } from "node:net";
import { LogError, MemoryLog, type LogStorage } from "../../topics/index.ts";
import type { AccessEntry } from "../exchange.ts";
import { createAppendServer, type AppendServer, type AppendServerOptions } from "./server.ts";

const HOST = "127.0.0.1";
const BODY = '{"topic":"users","entries":{"k":1}}';

let log: LogStorage;
let server: AppendServer;
const entries: AccessEntry[] = [];
const bugs: unknown[] = [];

beforeEach(() => {
  log = new MemoryLog([{ name: "users", partitions: 1 }]);
});

afterEach(async () => {
  await server.close();
  await log.close();
  entries.length = 0;
  bugs.length = 0;
});

async function listen(options: Partial<AppendServerOptions> = {}): Promise<void> {
  server = await createAppendServer({
    host: HOST,
    port: 0,
    token: undefined,
    openLog: () => Promise.resolve(log),
    onRequest: (entry) => entries.push(entry),
    onBug: (thrown) => bugs.push(thrown),
    ...options,
  });
}

/** Sends bytes as they are; resolves with all that comes back until the other side closes. */
function exchange(...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(server.address.port, HOST, () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on("data", (piece) => (answer += piece.toString("latin1")));
    socket.on("close", () => {
      resolve(answer);
    });
    socket.on("error", reject);
  });
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | Buffer;
  /** Beside those that a program sends; `undefined` leaves one of those out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** "200 {...}" */
async function send({ method = "POST", path = "/", body = BODY, headers = {} }: Sent = {}) {
  const all: Sent["headers"] = {
    host: `localhost:${String(server.address.port)}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  const answer = await exchange(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, body);
  return `${answer.slice(9, 12)} ${answer.slice(answer.indexOf("\r\n\r\n") + 4)}`;
}

const OK = '200 {"data":"ok"}\n';

async function stored(): Promise<unknown[]> {
  const events = await log.read("users", { limit: 100 });
  return events.map(({ key, value, headers }) => [key, value, headers]);
}

test("appends entries, and lists in their order, as they were written", async () => {
  await listen();
  const body = '{"topic":"users","entries":{"a":9007199254740993,"__proto__":{"ü":1.10}}}';
  expect(await send({ body })).toBe(OK);
  const list = '{"topic":"users","events":[{"key":"a","value":1},{"key":"a","value":2}]';
  expect(await send({ body: `${list},"headers":{"source":"test"},"idempotencyKey":"i"}` })).toBe(
    OK,
  );
  expect(await send({ body: `${list},"idempotencyKey":"i"}` })).toBe(OK);
  const traced = {
    trace: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    span: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
  };
  expect(await stored()).toEqual([
    ["a", "9007199254740993", traced],
    ["__proto__", '{"ü":1.10}', traced],
    ["a", "1", { source: "test", ...traced }],
    ["a", "2", { source: "test", ...traced }],
  ]);
  expect(entries[0]).toMatchObject({ status: 200, method: "POST", path: "/" });
});

test("answers when the events are durable, and not before", async () => {
  let store = (): void => undefined;
  const slow: Partial<LogStorage> = {
    append: () => new Promise<void>((resolve) => (store = resolve)),
  };
  await listen({ openLog: () => Promise.resolve(slow as LogStorage) });
  let answer = "";
  const sent = send().then((text) => (answer = text));
  await new Promise((wake) => setTimeout(wake, 50));
  expect(answer).toBe("");
  // What is in progress is finished, though the server closes.
  const closed = server.close();
  await new Promise((wake) => setTimeout(wake, 50));
  store();
  await closed;
  await sent;
  expect(answer).toBe(OK);
  await expect(send()).rejects.toThrow("ECONNREFUSED");
});

describe("without a token", () => {
  test.each([
    ["localhost"],
    ["LOCALHOST:9065"],
    ["127.0.0.1:9065"],
    ["[::1]:9065"],
    ["[::1]"],
    ["10.0.0.1"],
  ])("the host %s may be asked", async (host) => {
    await listen();
    expect(await send({ headers: { host } })).toBe(OK);
  });

  test.each([
    ["evil.example:9065"],
    ["127.0.0.1.evil.example"],
    ["localhost.evil.example"],
    ["localhost:80@evil.example"],
    ["::1"],
    [""],
  ])("the host %j is refused", async (host) => {
    await listen();
    expect(await send({ headers: { host } })).toBe(
      '403 {"error":"the header Host must be localhost or an IP address"}\n',
    );
    expect(await stored()).toEqual([]);
  });

  test("other machines can't be let in", async () => {
    for (const token of [undefined, ""]) {
      await expect(listen({ host: "0.0.0.0", token })).rejects.toMatchObject({
        code: "token-missing",
      });
    }
    await listen();
  });
});

describe("with a token", () => {
  beforeEach(() => listen({ host: "0.0.0.0", token: "s3cret" }));

  test.each([
    [{ authorization: "Bearer s3cret" }],
    [{ authorization: "bearer  s3cret " }],
    [{ "x-spacer-internal-token": "s3cret", host: "append.example" }],
  ])("%j passes", async (headers) => {
    expect(await send({ headers })).toBe(OK);
  });

  test.each([
    [{}],
    [{ authorization: "Bearer wrong" }],
    [{ authorization: "Basic s3cret" }],
    [{ authorization: "s3cret" }],
    [{ authorization: "Bearer " }],
    [{ "x-spacer-internal-token": "" }],
    [{ "x-spacer-internal-token": "s3cret2" }],
  ])("%j does not", async (headers) => {
    expect(await send({ headers, path: "/?spacer_internal_token=s3cret" })).toBe(
      '401 {"error":"the internal token is needed: Authorization: Bearer TOKEN"}\n',
    );
    expect(await stored()).toEqual([]);
  });

  test("web pages are refused all the same", async () => {
    for (const origin of ["http://localhost:3000", "null", ""]) {
      const headers = { authorization: "Bearer s3cret", origin };
      expect(await send({ headers })).toBe('403 {"error":"web pages may not append"}\n');
    }
  });
});

const JSON_ONLY = '415 {"error":"the content type must be application/json"}\n';

test.each<[Sent, string]>([
  [{ headers: { origin: "http://evil.example" } }, '403 {"error":"web pages may not append"}\n'],
  [{ headers: { "content-type": undefined } }, JSON_ONLY],
  [{ headers: { "content-type": "text/plain" } }, JSON_ONLY],
  [{ headers: { "content-type": "text/plain; application/json" } }, JSON_ONLY],
  [{ headers: { "content-type": "application/json-seq" } }, JSON_ONLY],
  [{ headers: { "content-type": "application/x-www-form-urlencoded" } }, JSON_ONLY],
  [{ headers: { "content-type": "Application/JSON; Charset=UTF-8" } }, OK],
  [
    { headers: { "content-type": "application/json;charset=latin1" } },
    '415 {"error":"the charset must be utf-8"}\n',
  ],
  [
    { headers: { "content-encoding": "gzip" } },
    '415 {"error":"unsupported content encoding: gzip"}\n',
  ],
  [{ method: "PUT" }, '405 {"error":"only POST appends"}\n'],
  [{ method: "GET", body: "", headers: { "content-type": undefined } }, "405 "],
  [{ method: "OPTIONS", body: "" }, "405 "],
  [{ path: "/users" }, '404 {"error":"not found"}\n'],
  [{ path: "//" }, '404 {"error":"not found"}\n'],
  [{ path: "/%zz" }, '404 {"error":"not found"}\n'],
  [{ path: "http://localhost/" }, '404 {"error":"not found"}\n'],
  [{ path: "/?x=1" }, OK],
  [{ body: "" }, '400 {"error":"the body must be an object"}\n'],
  [{ body: "{" }, '400 {"error":"invalid JSON body: expected a string at character 2"}\n'],
  [{ body: `\ufeff${BODY}` }, OK],
  [{ body: Buffer.from(BODY.replace("k", "\xff"), "latin1") }, "400 "],
  [
    { body: '{"topic":"ü\\u0007","entries":{"k":1}}' },
    `400 {"error":"there is no topic 'ü\\u0007' (config/application.yml has users)"}\n`,
  ],
  [
    { body: '{"topic":"users","entries":{"k":"\\u0000"}}' },
    `400 {"error":"the value of key 'k' has a NUL character, which can't be stored"}\n`,
  ],
  // A few bytes that would be a gigabyte, and the end of whoever reads it.
  [
    { body: `{"topic":"users","entries":{"k":[${"1e131071,".repeat(7000)}0]}}` },
    `400 {"error":"the value of key 'k' is longer than `,
  ],
  [{ headers: { "transfer-encoding": "chunked" } }, '400 {"error":"bad request"}\n'],
  [{ headers: { expect: "100-continue" } }, "100 "],
])("request %# is answered as it should be", async (sent, answer) => {
  await listen();
  const text = Buffer.from(await send(sent), "latin1").toString();
  expect(text.slice(0, answer.length)).toBe(answer);
  const isAppended = answer === OK || answer === "100 ";
  expect(await stored()).toHaveLength(isAppended ? 1 : 0);
  expect(bugs).toEqual([]);
});

describe("too large bodies are refused", () => {
  const refusal = '{"error":"request body is larger than 1000 bytes"}\n';
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;

  beforeEach(() => listen({ bodyLimitBytes: 1000 }));

  test("by their length, before they come", async () => {
    expect(await send({ body: `${BODY}${" ".repeat(1000 - BODY.length)}` })).toBe(OK);
    expect(await send({ body: " ".repeat(1001) })).toBe(`413 ${refusal}`);
    const answered = new Promise<string>((resolve) => {
      const socket = connect(server.address.port, HOST, () => {
        socket.write(`${head}Content-Length: 99999999999\r\n\r\n{`);
      });
      socket.once("data", (piece) => {
        resolve(piece.toString());
        socket.destroy();
      });
    });
    expect(await answered).toMatch(/^HTTP\/1.1 413 /);
  });

  test("by what has come", async () => {
    const chunk = `200\r\n${" ".repeat(0x200)}\r\n`;
    const answer = await exchange(
      `${head}Transfer-Encoding: chunked\r\n\r\n`,
      chunk,
      chunk,
      chunk,
      "0\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer.endsWith(refusal)).toBe(true);
  });
});

test("a log that fails is told about: 503, and 500 for a bug of ours", async () => {
  let failure: unknown = new LogError("the event log can't be reached: x", "look after it");
  await listen({
    openLog: async () => {
      await Promise.resolve();
      throw failure;
    },
  });
  expect(await send()).toBe('503 {"error":"the event log can\'t be reached: x (look after it)"}\n');
  expect(entries.at(-1)).toMatchObject({
    status: 503,
    failure: { text: "the event log can't be reached: x (look after it)" },
  });
  expect(bugs).toEqual([]);
  failure = new TypeError("x is not a function");
  expect(await send()).toBe('500 {"error":"Internal Server Error"}\n');
  expect(bugs).toEqual([failure]);
});

test("noise and broken connections leave it as it was", async () => {
  await listen();
  const noise = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256));
  for (const bytes of [noise, "POST / HTTP/9.9\r\n\r\n", "GET /\r\n\r\n"]) {
    expect(await exchange(bytes, "\r\n\r\n")).toMatch(/^HTTP\/1.1 (?:4\d\d|505) /);
  }
  await new Promise<void>((resolve) => {
    const socket = connect(server.address.port, HOST, () => {
      socket.write(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
          `Content-Length: ${String(BODY.length)}\r\n\r\n${BODY.slice(0, -1)}`,
        () => socket.destroy(),
      );
    });
    socket.once("close", () => {
      resolve();
    });
  });
  expect(await send()).toBe(OK);
  expect(await stored()).toHaveLength(1);
  expect(bugs).toEqual([]);
});
