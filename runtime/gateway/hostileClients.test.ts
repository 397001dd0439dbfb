/** What clients send that mean no good, or know no better: over sockets, byte by byte. */
import { connect } from "node:net";
import {
  CHUNKED,
  closeAll,
  expectAlive,
  head,
  HOST,
  open,
  post,
  send,
  statuses,
} from "./rawClient.testkit.ts";

afterEach(closeAll);

const BAD = '400 {"error":"bad request"}';

test.each([
  ["bare line feeds", "GET /echo HTTP/1.1\nHost: x\n\n", BAD],
  ["HTTP 0.9", "GET /echo\r\n\r\n", '505 {"error":"HTTP/0.9 is not spoken here, but HTTP/1.1"}'],
  [
    "HTTP 2 in words",
    head("GET /echo").replace("1.1", "2.0"),
    '505 {"error":"HTTP/2.0 is not spoken here, but HTTP/1.1"}',
  ],
  ["the beginning of HTTP 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BAD],
  ["HTTP 1.2", head("GET /echo").replace("1.1", "1.2"), BAD],
  ["HTTP 1.0", "GET /echo HTTP/1.0\r\n\r\n", '200 {"data":{}}'],
  [
    "TLS",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    '400 {"error":"bad request: no method of HTTP begins like that"}',
  ],
  [
    "NUL bytes",
    "\0\0\0\0\r\n\r\n",
    '400 {"error":"bad request: no method of HTTP begins like that"}',
  ],
  [
    "an unknown method",
    head("BREW /echo"),
    '400 {"error":"bad request: no method of HTTP begins like that"}',
  ],
  [
    "a method in small letters",
    head("get /echo"),
    '400 {"error":"bad request: no method of HTTP begins like that"}',
  ],
  ["TRACE", head("TRACE /echo"), '404 {"error":"not found"}'],
  ["PROPFIND", head("PROPFIND /echo"), '404 {"error":"not found"}'],
  ["OPTIONS *", head("OPTIONS *"), '400 {"error":"malformed path"}'],
  ["an upgrade nobody offers", head("GET /echo", "Upgrade: h2c"), '200 {"data":{}}'],
  [
    "two hosts",
    head("GET /echo", "Host: y"),
    '400 {"error":"the header Host is there more than once"}',
  ],
  [
    "two types",
    post("{}", "Content-Type: text/xml", "content-type: application/json"),
    '400 {"error":"the header content-type is there more than once"}',
  ],
  ["a NUL in a header", head("GET /echo", "X: a\0b"), BAD],
  ["a blank before the colon", head("GET /echo", "X : a"), BAD],
  ["a folded header", head("GET /echo", "X: a\r\n b"), BAD],
  [
    "headers named as in JavaScript",
    head("GET /echo", "__proto__: a", "constructor: b"),
    '200 {"data":{}}',
  ],
  [
    "many headers",
    head("GET /echo", ...Array<string>(1500).fill("a: b")),
    '431 {"error":"the request has more than 1000 headers"}',
  ],
  [
    "one header too many",
    head("GET /echo", ...Array<string>(999).fill("a: b")),
    '431 {"error":"the request has more than 1000 headers"}',
  ],
  [
    "headers up to a limit",
    head("GET /echo", ...Array<string>(997).fill("a: b")),
    '200 {"data":{}}',
  ],
  [
    "a large header",
    head("GET /echo", `X: ${"a".repeat(17_000)}`),
    '431 {"error":"the URL and headers of the request are too large"}',
  ],
  [
    "a huge URL",
    head(`GET /echo?${"a".repeat(17_000)}`),
    '431 {"error":"the URL and headers of the request are too large"}',
  ],
  ["a broken escape", head("GET /echo/%zz"), '400 {"error":"malformed path"}'],
  ["a path above the root", head("GET /../echo"), '400 {"error":"malformed path"}'],
  [
    "bytes of all kinds",
    head("GET /echo/%00%ff?%00=%zz&b=%&=x&c"),
    '200 {"data":{"\\u0000":"%zz","b":"%","c":true,"rest":"\\u0000\xff"}}',
  ],
  [
    "names as in JavaScript in a query",
    head("GET /echo?__proto__=1&constructor=2&__proto__[x]=3"),
    '200 {"data":{"__proto__":"1","constructor":"2","__proto__[x]":"3"}}',
  ],
  [
    "and in JSON",
    post('{"__proto__":{"x":1},"constructor":{"prototype":[]}}'),
    '200 {"data":{"__proto__":{"x":1},"constructor":{"prototype":{}}}}',
  ],
  ["two lengths", post("{}", "Content-Length: 3"), BAD],
  ["a length and chunks", post("{}", CHUNKED), BAD],
  ["a negative length", head("POST /echo", "Content-Length: -1"), BAD],
  ["a length with a sign", head("POST /echo", "Content-Length: +2") + "{}", BAD],
  ["a length that no number holds", head("POST /echo", `Content-Length: ${"9".repeat(30)}`), BAD],
  [
    "compressed transfer",
    head("POST /echo", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
    '501 {"error":"unsupported transfer encoding: gzip, chunked"}',
  ],
  [
    "an unknown transfer",
    head("POST /echo", "Transfer-Encoding: xchunked") + "0\r\n\r\n",
    '501 {"error":"unsupported transfer encoding: xchunked"}',
  ],
  [
    "chunks with extensions and trailers",
    head("POST /echo", CHUNKED) + '3;a=b\r\n{"a\r\n4\r\n":1}\r\n0\r\nT: x\r\n\r\n',
    '200 {"data":{"a":1}}',
  ],
  ["a chunk without a size", head("POST /echo", CHUNKED) + "zz\r\n{}", BAD],
  [
    "a chunk that is longer than it says",
    head("POST /echo", CHUNKED) + "1\r\n{}\r\n0\r\n\r\n",
    BAD,
  ],
  [
    "a chunk of a size no number holds",
    head("POST /echo", CHUNKED) + `${"f".repeat(30)}\r\n{}`,
    BAD,
  ],
  [
    "chunks above the limit",
    head("POST /echo", CHUNKED) + `2711\r\n${"x".repeat(10_001)}\r\n0\r\n\r\n`,
    '413 {"error":"request body is larger than 10000 bytes"}',
  ],
  [
    "compressed JSON",
    post("{}", "Content-Encoding: gzip"),
    '415 {"error":"unsupported content encoding: gzip"}',
  ],
  ["no type at all", post("{}", "Content-Type: ;;;"), '415 {"error":"malformed content type"}'],
  [
    "another type",
    post("{}", "Content-Type: text/xml"),
    '415 {"error":"unsupported content type: text/xml"}',
  ],
  [
    "another expectation",
    post("{}", "Expect: magic"),
    '417 {"error":"the only expectation that can be met is 100-continue"}',
  ],
])("%s", async (_what, bytes, expected) => {
  const server = await open();
  const found = await statuses(server, bytes);
  expect(found).toBe(expected);
  expect(({} as { x?: unknown }).x).toBeUndefined();
  await expectAlive(server);
});

test("HEAD has no body, whatever is replied", async () => {
  const server = await open();
  for (const path of ["/echo", "/nowhere", "/echo/%zz"]) {
    const answer = await send(server, head(`HEAD ${path}`));
    expect(answer).toMatch(/^HTTP\/1.1 \d{3} [^]*content-length: [1-9][^]*\r\n\r\n$/);
  }
});

describe("on one connection", () => {
  const first = "GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n";

  test("replies come in order, also when requests come at once", async () => {
    const server = await open();
    const found = await statuses(server, first + first + head("GET /echo?a=2"));
    expect(found).toBe('200 {"data":{"a":"1"}} | 200 {"data":{"a":"1"}} | 200 {"data":{"a":"2"}}');
  });

  test("a request in pieces of a byte is a request", async () => {
    const server = await open();
    const bytes = post('{"a":1}').replace("Host: x\r\n", "Host:x\r\n");
    const found = statuses(server, ...bytes.slice(0, 12).split(""), bytes.slice(12));
    expect(await found).toBe('200 {"data":{"a":1}}');
  });

  test("what is no HTTP is answered behind what came before it, and ends the connection", async () => {
    const server = await open();
    expect(await statuses(server, `${first}${first}nonsense\r\n\r\n`, first)).toBe(
      '200 {"data":{"a":"1"}} | 200 {"data":{"a":"1"}} | ' +
        '400 {"error":"bad request: no method of HTTP begins like that"}',
    );
  });

  test("so is a body that is no body", async () => {
    const server = await open();
    const broken = `${head("POST /echo", CHUNKED)}zz\r\n`;
    expect(await statuses(server, first + broken)).toBe(`200 {"data":{"a":"1"}} | ${BAD}`);
  });

  test("a body that is longer than its length is the next request", async () => {
    const server = await open();
    const lie = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"a":1}';
    expect(await statuses(server, lie)).toMatch(/^200 \{"data":\{\}\} \| 400 /);
  });
});

describe("100-continue", () => {
  const expecting = (line: string, length: number) =>
    head(line, "Expect: 100-continue", `Content-Length: ${String(length)}`);

  test("is granted where the body is wanted", async () => {
    const server = await open();
    const found = await statuses(server, expecting("POST /echo", 7), '{"a":1}');
    expect(found).toBe('100  | 200 {"data":{"a":1}}');
  });

  test("is granted behind the replies to what was asked before", async () => {
    const server = await open();
    const first = "GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    const found = await statuses(server, first + expecting("POST /echo", 7) + '{"a":2}');
    expect(found).toMatch(
      /^200 \{"data":\{"a":"1"\}\} \| (?:100 {2}\| )?200 \{"data":\{"a":2\}\}$/,
    );
  });

  test("is not where the answer is known already", async () => {
    const server = await open();
    expect(await statuses(server, expecting("POST /nowhere", 7))).toBe('404 {"error":"not found"}');
  });

  test("is not for a body that is too large", async () => {
    const server = await open();
    const socket = connect(server.address.port, HOST);
    socket.write(expecting("POST /echo", 10_001));
    const answer = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });
});

test.each([
  ["in its headers", "POST /echo HTTP/1.1\r\nHost"],
  ["in its body", head("POST /echo", "Content-Length: 100") + "{"],
  ["in a chunk", head("POST /echo", CHUNKED) + "10\r\n{"],
  ["before its answer", head("GET /echo")],
])("a client that goes away %s is no bug of ours", async (_where, bytes) => {
  const server = await open();
  for (let count = 0; count < 20; count++) {
    const socket = connect(server.address.port, HOST);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.write(bytes, resolve));
    if (count % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  }
  await expectAlive(server);
});
