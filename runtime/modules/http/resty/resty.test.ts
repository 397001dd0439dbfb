/** `resty.http`, used as programs for OpenResty use it. */
import { createAuthority } from "../certificate.testkit.ts";
import {
  eventually,
  run as runWithHttp,
  startRawServer,
  startSecureServer,
  startServer,
  TestClient,
  type TestServer,
} from "../server.testkit.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer((request, response) => {
    const [, kind = ""] = (request.url ?? "").split(/[/?]/);
    if (kind === "slow") return;
    if (kind === "chunks") {
      response.writeHead(200, { "Set-Cookie": ["a=1", "b=2"], Trailer: "X-End" });
      response.write("first;");
      response.addTrailers({ "X-End": "the end" });
      setTimeout(() => response.end("second;"), 10);
      return;
    }
    if (kind === "unfinished") {
      response.write("first;");
      return;
    }
    if (kind === "close") {
      response.setHeader("Connection", "close").end("closing");
      return;
    }
    if (kind === "moved") {
      response.writeHead(302, { Location: "/x" }).end("moved");
      return;
    }
    if (kind === "empty") {
      response.writeHead(204).end();
      return;
    }
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = Buffer.concat(pieces).toString();
      const { host = "", "x-a": own = "", "content-length": length = "none" } = request.headers;
      response.setHeader("X-Shown", [host.replace(/:.*/, ""), String(own), length].join(" "));
      response.setHeader(
        "Content-Length",
        String(Buffer.byteLength(`${request.method ?? ""} ${request.url ?? ""} ${body}`)),
      );
      response.end(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
    });
  });
});

afterAll(() => server.close());

/** Behind what every such program begins with. */
const BEGINNING = `local httpc = require("resty.http").new() local port = tonumber(url and url:match("%d+$")) `;

const run = (source: string, ...values: string[]) => runWithHttp(BEGINNING + source, ...values);

test("request_uri sends a request and reads all of the response", async () => {
  const source = `
    local res, err = httpc:request_uri(url .. "/x?a=1", {method = "POST", body = "hi", headers = {["X-A"] = {"1", 2}}})
    print(res.status, res.reason, res.has_body, res.body, res.headers["X-SHOWN"], res.headers.x_shown, err)
    print(httpc:request_uri(url .. "/x?a=1", {path = "/y", query = {b = "c d"}}).body)
    print(httpc:request_uri(url, {query = "z=1", body = {"a", "b"}, method = "PUT"}).body)
    print(httpc:request_uri(url .. "/moved").status, httpc:request_uri(url .. "/empty").body)
    print(httpc:request_uri(url, {method = "HEAD"}).has_body, httpc:request_uri(url, {method = "HEAD"}).body)
    print(httpc:request_uri(url, {headers = {Host = "example.org"}}).headers["x-shown"])
    print(table.concat(httpc:request_uri(url .. "/chunks").headers["Set-Cookie"], " "))`;
  expect(await run(source, server.url)).toEqual([
    "200 OK true POST /x?a=1 hi 127.0.0.1 1, 2 2 127.0.0.1 1, 2 2 nil",
    "GET /y?b=c%20d ",
    "PUT /?z=1 ab",
    "302 nil",
    "false nil",
    "example.org  none",
    "a=1 b=2",
  ]);
});

test("a connection of its own carries request after request", async () => {
  const source = `
    print(httpc:connect{scheme = "http", host = "127.0.0.1", port = port})
    print((httpc:get_reused_times()))
    local res = httpc:request{path = "/one", headers = {Host = "example.org"}}
    print(res.status, res:read_body(), res.headers["X-Shown"], res.body)
    print(httpc:request{method = "POST", path = "/two", query = {a = 1}, body = "b"}:read_body())
    print(httpc:set_keepalive())
    print(httpc:set_keepalive())
    print(httpc:connect("127.0.0.1", port))
    print((httpc:get_reused_times()))
    print(httpc:close())
    print(httpc:close())
    print(httpc:request{path = "/"})
    print(httpc:get_reused_times())`;
  const before = server.connectionCount();
  expect(await run(source, server.url)).toEqual([
    "true",
    "0",
    "200 GET /one  example.org  none nil",
    "POST /two?a=1 b",
    "1",
    "nil closed",
    "1",
    "1",
    "1",
    "nil closed",
    "nil closed",
    "nil closed",
  ]);
  expect(server.connectionCount() - before).toBe(2);
  await eventually(() => server.open.size === 0);
});

test("bodies are read piece by piece, with trailers behind", async () => {
  const source = `
    httpc:connect{scheme = "http", host = "127.0.0.1", port = port}
    local res = httpc:request{path = "/chunks"}
    print(res.has_body, res:read_trailers())
    local pieces = {}
    repeat
      local piece, err = res.body_reader(4)
      assert(not err)
      assert(not piece or #piece <= 4)
      pieces[#pieces + 1] = piece
    until not piece
    print(table.concat(pieces), res.headers["X-End"])
    res:read_trailers()
    print(res.headers["X-End"])
    print(httpc:request{path = "/whole"}.body_reader())
    print(httpc:request{path = "/empty"}:read_body())
    print(httpc:request{path = "/chunks"}:read_body())
    print(httpc:set_keepalive(1000, 10))`;
  expect(await run(source, server.url)).toEqual([
    "true nil no trailers",
    "first;second; nil",
    "the end",
    "GET /whole ",
    "nil no body to be read",
    "first;second;",
    "1",
  ]);
});

test("a body that was not read stands in the way", async () => {
  const source = `
    httpc:connect{scheme = "http", host = "127.0.0.1", port = port}
    local res = httpc:request{path = "/unfinished"}
    print(httpc:request{path = "/"})
    print(httpc:set_keepalive())
    print(res:read_body())`;
  expect(await run(source, server.url)).toEqual([
    "nil the body of the last response was not read",
    "nil unread data in buffer",
    "nil closed",
  ]);
});

test("a connection that the server closes can't be kept", async () => {
  const source = `
    httpc:connect{scheme = "http", host = "127.0.0.1", port = port}
    print(httpc:request{path = "/close"}:read_body())
    print(httpc:set_keepalive())`;
  expect(await run(source, server.url)).toEqual(["closing", "2 connection must be closed"]);
});

test("bodies may be made while they are sent", async () => {
  const source = `
    local function maker() local n = 0 return function() n = n + 1 ngx.sleep(0) if n <= 3 then return n .. ";" end end end
    print(httpc:request_uri(url, {method = "POST", body = maker()}))
    local res = httpc:request_uri(url, {method = "POST", body = maker(), headers = {["Content-Length"] = 6}})
    print(res.body, res.headers["X-Shown"])
    res = httpc:request_uri(url, {method = "POST", body = maker(), headers = {["transfer-encoding"] = "chunked"}})
    print(res.body, res.headers["X-Shown"])
    httpc:connect{scheme = "http", host = "127.0.0.1", port = port}
    res = httpc:request{method = "PUT", path = "/p", body = maker(), headers = {["Transfer-Encoding"] = "chunked"}}
    print(res:read_body(), httpc:set_keepalive())`;
  expect(await run(source, server.url)).toEqual([
    "nil Request body is a function but a length or chunked encoding is not specified",
    "POST / 1;2;3; 127.0.0.1  6",
    "POST / 1;2;3; 127.0.0.1  none",
    "PUT /p 1;2;3; 1",
  ]);
});

test("failures are told in the words of OpenResty", async () => {
  const cutting = await startRawServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"));
  });
  try {
    const source = `
      local _, cut = ...
      print(httpc:request_uri("http://127.0.0.1:1/"))
      print(httpc:request_uri("http://host.invalid/"))
      print(httpc:request_uri("nothing"))
      print(httpc:request_uri(cut))
      print(httpc:request_uri(url, {path = "/a b"}))
      print(httpc:request_uri(url, {path = "/a\\r\\nX: y"}))
      print(pcall(httpc.request_uri, httpc, url, {headers = {a = "b\\r\\nc: d"}}))
      print(httpc:connect{scheme = "http", host = "127.0.0.1", port = 1})
      print(httpc:connect{host = "127.0.0.1", port = 1})
      print(httpc:connect("unix:/tmp/x"))
      print(httpc:connect{scheme = "http", host = "a b", port = 80})
      httpc:set_timeout(30)
      print(httpc:request_uri(url .. "/slow"))
      httpc:set_timeouts(1000, 20, 20)
      httpc:connect("127.0.0.1", port)
      print(httpc:request{path = "/slow"})
      print(httpc:request{path = "/x"})
      print(pcall(function() local x = httpc:request_pipeline{} end))
      print(pcall(function() local x = httpc.close() end))`;
    expect(await run(source, server.url, cutting.url)).toEqual([
      "nil connection refused",
      "nil host.invalid could not be resolved (3: Host not found)",
      "nil bad uri: nothing",
      "nil closed",
      "nil bad path: it must begin with / and have no blanks or control characters",
      "nil bad path: it must begin with / and have no blanks or control characters",
      "false the header 'a' has a line break or another control character in it",
      "nil connection refused",
      "nil 'scheme' is required when providing a port",
      "nil unix domain sockets are not offered",
      "nil bad host: a?b",
      "nil timeout",
      "nil timeout",
      "nil closed",
      "false program:20: resty.http: request_pipeline is not offered: send one request after the other",
      "false program:21: not a client of resty.http: local httpc = http.new()",
    ]);
  } finally {
    await cutting.close();
  }
});

test("a connection ends with whoever opened it", async () => {
  const client = new TestClient();
  try {
    for (const code of [
      "",
      "httpc:request{path = '/chunks'}",
      "httpc:request{path = '/x'}:read_body() error('x')",
    ]) {
      await client.run(`${BEGINNING} httpc:connect("127.0.0.1", port) ${code}`, [server.url]);
      expect(client.counts).toEqual({ open: 0, idle: 0 });
      await eventually(() => server.open.size === 0);
    }
  } finally {
    client.close();
  }
});

test("certificates are looked at unless told otherwise", async () => {
  const secure = await startSecureServer(createAuthority().issue(), (_request, response) => {
    response.end("secret");
  });
  try {
    const source = `
      local res, err = httpc:request_uri(url)
      print(res, err:match("certificate not accepted"))
      print(httpc:request_uri(url, {ssl_verify = false}).body)
      print((httpc:connect{scheme = "https", host = "127.0.0.1", port = port}))
      print(httpc:connect{scheme = "https", host = "127.0.0.1", port = port, ssl_verify = false})
      print(httpc:request{path = "/"}:read_body(), httpc:close())
      httpc:connect("127.0.0.1", port)
      print(httpc:ssl_handshake(nil, "localhost", false))
      print(httpc:request{path = "/"}:read_body(), httpc:close())`;
    expect(await run(source, secure.url)).toEqual([
      "nil certificate not accepted",
      "secret",
      "nil",
      "true",
      "secret 1",
      "true",
      "secret 1",
    ]);
  } finally {
    await secure.close();
  }
});

test.each([
  ['"http://a.b/c?d=e"', "http a.b 80 /c?d=e"],
  ['"https://a.b"', "https a.b 443 /"],
  ['"http://a:8080/c?d=e", false', "http a 8080 /c d=e"],
  ['"http://a?b", false', "http a 80 / b"],
  ['"http://[::1]:8080/"', "http [::1] 8080 /"],
])("parse_uri(%s)", async (argument, parts) => {
  expect(await run(`print(unpack(httpc:parse_uri(${argument})))`)).toEqual([parts]);
});

test("parse_uri tells what is no URI", async () => {
  const source = `print(httpc:parse_uri("/x")) print(httpc:parse_uri("//a/b"))`;
  expect(await run(source)).toEqual([
    "nil bad uri: /x",
    "nil schemaless URIs require a request context: //a/b",
  ]);
});
