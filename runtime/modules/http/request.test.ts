/** What is sent, what comes back, and what programs are told of their mistakes. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { run, startServer, type TestServer } from "./server.testkit.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
    const [, kind, detail = ""] = pathname.split("/");
    if (kind === "status") {
      response
        .writeHead(Number(detail), { "X-Kind": "status" })
        .end(detail === "204" ? "" : "body");
    } else if (kind === "headers") {
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.setHeader("X-Twice", ["1", "2"]);
      response.setHeader("X-Latin", Buffer.from("é").toString("latin1"));
      response.end();
    } else if (kind === "encoded") {
      const plain = Buffer.from("encoded ".repeat(5000));
      response.setHeader("Content-Encoding", detail.replace("raw", ""));
      response.end(ENCODERS[detail]?.(plain) ?? plain);
    } else if (kind === "broken") {
      response.setHeader("Content-Encoding", "gzip");
      const whole = gzipSync(Buffer.from(Array.from({ length: 9999 }, (_, index) => index % 251)));
      response.end(detail === "cut" ? whole.subarray(0, 30) : Buffer.from("no gzip at all"));
    } else if (kind === "size") {
      response.end("x".repeat(Number(detail)));
    } else if (kind === "bytes") {
      response.end(Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
    } else if (kind === "bomb") {
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync(Buffer.alloc(20_000_000)));
    } else {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const body = Buffer.concat(pieces).toString("latin1");
        const { host: _host, ...headers } = request.headers;
        const shown = searchParams.get("show");
        response.setHeader("Content-Type", "application/json");
        response.end(
          JSON.stringify(
            shown === null
              ? { line: `${request.method ?? ""} ${request.url ?? ""}`, body }
              : (headers[shown] ?? null),
          ),
        );
      });
    }
  });
});

const ENCODERS: Record<string, (plain: Buffer) => Buffer> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  rawdeflate: deflateRawSync,
  br: brotliCompressSync,
};

afterAll(() => server.close());

/** What a program prints, with the server's URL cut out. */
async function printed(source: string): Promise<string> {
  return (await run(source, server.url)).join("\n").replaceAll(server.url, "URL");
}

test.each([
  ['http.get(url .. "/a")', "GET /a", ""],
  ["http.get(url)", "GET /", ""],
  ['http.get(url .. "/a?x=1#part")', "GET /a?x=1", ""],
  ['http.get(url .. "/a b/ü?ü")', "GET /a%20b/%C3%BC?%C3%BC", ""],
  ['http.get(url .. "/\\255")', "GET /%FF", ""],
  ['http.get(url .. "/a/../b")', "GET /b", ""],
  ['http.get(url .. "/a", {query = {b = "c d&", e = {1, 2}}})', "GET /a?b=c%20d%26&e=1&e=2", ""],
  ['http.get(url .. "/a?x=1", {query = {y = true, z = "\\255"}})', "GET /a?x=1&y&z=%FF", ""],
  ['http.get(url .. "/a", {query = "b=c"})', "GET /a?b=c", ""],
  ['http.post(url, {json = {a = {1, "x"}}})', "POST /", '{"a":[1,"x"]}'],
  ["http.post(url, {json = {}})", "POST /", "{}"],
  ['http.post(url, {form = {a = "b c"}})', "POST /", "a=b%20c"],
  ['http.put(url, {body = "\\0\\255"})', "PUT /", "\0\u00ff"],
  ['http.patch(url, {body = ""})', "PATCH /", ""],
  ["http.delete(url)", "DELETE /", ""],
  ['http.request{url = url, method = "PURGE"}', "PURGE /", ""],
  ['http.request{url = url, method = "post"}', "POST /", ""],
  ['http.request{url = url .. "/x"}', "GET /x", ""],
])(
  "%s",
  async (call, line, body) => {
    const source = `local res = assert(${call}) local got = res:json() print(res.status, got.line) io.write() print((got.body:gsub("%c", "0")))`;
    const expected = [`200 ${line}`, body.replace("\0", "0")];
    if (body.includes("\u00ff")) expected[1] = "0\u00c3\u00bf";
    expect(await run(source, server.url)).toEqual(expected);
  },
  20_000,
);

test.each([
  ["content-type", "{json = {}}", "application/json"],
  ["content-type", "{form = {a = 1}}", "application/x-www-form-urlencoded"],
  ["content-type", '{json = {}, headers = {["Content-Type"] = "text/x"}}', "text/x"],
  ["content-type", '{body = "x"}', "nil"],
  ["content-length", '{body = "abc"}', "3"],
  ["content-length", "{}", "0"],
  ["user-agent", "{}", "spacer"],
  ["user-agent", '{headers = {["user-AGENT"] = "mine"}}', "mine"],
  ["user-agent", '{headers = {["User-Agent"] = false}}', "nil"],
  ["x-many", '{headers = {["X-Many"] = {"a", 2}}}', "a, 2"],
  ["x-bytes", '{headers = {["X-Bytes"] = "\\255"}}', "\u00c3\u00bf"],
  ["accept-encoding", "{}", "gzip, deflate, br"],
  ["accept-encoding", "{decode = false}", "nil"],
  ["authorization", '{auth = {"user", "pass:word"}}', "Basic dXNlcjpwYXNzOndvcmQ="],
  ["connection", '{headers = {Connection = "close"}}', "close"],
])("the header %s of %s", async (header, options, value) => {
  const source = `
    local got = http.post(url .. "/?show=${header}", ${options}):json()
    print(got == require "cjson".null and "nil" or got)`;
  expect(await run(source, server.url)).toEqual([value]);
});

test("who asks may stand in the URL, and is not in the path", async () => {
  const source = `
    local withUser = url:gsub("//", "//us%%65r:p%%40ss@")
    print(http.get(withUser .. "/?show=authorization"):json(), http.get(withUser .. "/x"):json().line)
    print(http.get(withUser .. "/x").url)`;
  expect(await printed(source)).toBe("Basic dXNlcjpwQHNz GET /x\nURL/x");
});

test("a response has status, headers in any spelling, and the URL that answered", async () => {
  const source = `
    local res = http.get(url .. "/status/404")
    print(res.status, res.ok, res.reason, res.body, res.headers["x-kind"], res.headers["X-KIND"], res.headers.x_kind, res.url)
    print(http.get(url .. "/status/204").body == "", http.head(url .. "/status/200").body == "", http.get(url .. "/status/299").ok)
    local headers = http.get(url .. "/headers").headers
    print(headers["x-twice"], table.concat(headers["set-cookie"], ";"), #headers["x-latin"], headers.none)`;
  expect(await printed(source)).toBe(
    [
      "404 false Not Found body status status status URL/status/404",
      "true true true",
      "1, 2 a=1;b=2 2 nil",
    ].join("\n"),
  );
});

test("all bytes come as they are", async () => {
  const source = `
    local body = http.get(url .. "/bytes").body
    for byte = 0, 255 do assert(body:byte(byte + 1) == byte) end
    print(#body)`;
  expect(await run(source, server.url)).toEqual(["256"]);
});

test.each(Object.keys(ENCODERS))("%s is taken off", async (encoding) => {
  const source = `
    local res = http.get(url .. "/encoded/${encoding}")
    print(#res.body, res.body:sub(1, 8), res.headers["content-encoding"], res.headers["content-length"])
    local raw = http.get(url .. "/encoded/${encoding}", {decode = false})
    print(#raw.body < 40000, raw.headers["content-encoding"])`;
  const sent = encoding.replace("raw", "");
  expect(await run(source, server.url)).toEqual(["40000 encoded  nil nil", `true ${sent}`]);
});

test.each([
  ["/encoded/compress", "40000 nil nil"],
  [
    "/broken/cut",
    "nil the body is not encoded as its headers say: unexpected end of file protocol",
  ],
  [
    "/broken/not",
    "nil the body is not encoded as its headers say: incorrect header check protocol",
  ],
  ["/bomb", "nil the body of the response is larger than 16777216 bytes size"],
  ["/size/16777217", "nil the body of the response is larger than 16777216 bytes size"],
])(
  "%s",
  async (path, expected) => {
    const source = `
    local res, message, kind = http.get(url .. "${path}")
    print(res and #res.body, message, kind)
    print(http.get(url).status)`;
    expect(await run(source, server.url)).toEqual([expected, "200"]);
  },
  30_000,
);

test("bodies may be larger where a program says so", async () => {
  const source = `
    print(#http.get(url .. "/size/17000000", {maxBodySize = false}).body)
    print(#http.get(url .. "/size/10", {maxBodySize = 10}).body, (http.get(url .. "/size/11", {maxBodySize = 10})))`;
  expect(await run(source, server.url)).toEqual(["17000000", "10 nil"]);
}, 20_000);

test("what is no JSON is told", async () => {
  const source = `
    print(http.get(url .. "/size/3"):json())
    print(pcall(function() local x = http.get(url).json() end))`;
  expect(await run(source, server.url)).toEqual([
    "nil Expected value but found invalid token at character 1",
    "false program:3: 'json' is called on a response, with a colon: res:json()",
  ]);
});

test.each([
  ['"http://127.0.0.1/\\r\\nX: y"', "a line break or another control character is in it"],
  ['"http://exa\\0mple.org"', "a line break or another control character is in it"],
  ['"http://127.0.0.1:99999/"', "no such host or port can be"],
  ['"http://"', "no such host or port can be"],
  ['"ftp://x/"', "it must begin with http:// or https://"],
  ['"example.org"', "it must begin with http:// or https://"],
  ['"/path"', "it must begin with http:// or https://"],
  ['"file:///etc/passwd"', "it must begin with http:// or https://"],
])("the URL %s can't be asked", async (url, problem) => {
  const [line] = await run(`print(http.get(${url}))`);
  expect(line).toMatch(/^nil bad URL '.*': .* url$/);
  expect(line).toContain(problem);
});

test("a password is in no message", async () => {
  const [line] = await run('print(http.get("http://user:secret@host:99999/"))');
  expect(line).not.toContain("secret");
});

test.each([
  ["http.get()", "a URL expected, got nil"],
  ["http.get({})", "a URL expected, got table"],
  ['http.get("http://x", 1)', "table expected, got number"],
  ['http.get("http://x", {url = "y"})', "'url' is for http.request{...}"],
  ['http.request("http://x")', "http.request{url = ...}, or http.get(url)"],
  ["http.request{}", "'url' is missing"],
  ["http.request{url = 1}", "'url' must be a string, not a number"],
  ['http.get("http://x", {timout = 1})', "there is no option 'timout'; did you mean 'timeout'?"],
  ['http.get("http://x", {max_body_size = 1})', "did you mean 'maxBodySize'?"],
  ['http.get("http://x", {header = {}})', "did you mean 'headers'?"],
  ['http.get("http://x", {proxy = "y"})', "there is no option 'proxy'; there are url, method,"],
  ['http.get("http://x", {"y"})', "there is no option [number]"],
  [
    'http.get("http://x", {timeout = 0})',
    "'timeout' must be a number of seconds above 0, or false",
  ],
  ['http.get("http://x", {timeout = "1"})', "'timeout' must be a number"],
  ['http.get("http://x", {redirects = -1})', "'redirects' must be a whole number"],
  ['http.get("http://x", {stream = 1})', "'stream' must be true or false, not a number"],
  ['http.get("http://x", {headers = "y"})', "'headers' must be a table, not a string"],
  ['http.get("http://x", {headers = {"y"}})', "a key of 'headers' is a number, not a name"],
  ['http.get("http://x", {headers = {["a b"] = "y"}})', "'a b' is no name of a header"],
  ['http.get("http://x", {headers = {["a\\r\\nb"] = "y"}})', "'a??b' is no name of a header"],
  ['http.get("http://x", {headers = {a = "b\\r\\nc: d"}})', "the header 'a' has a line break"],
  ['http.get("http://x", {headers = {a = "b\\nc"}})', "the header 'a' has a line break"],
  ['http.get("http://x", {headers = {a = {"x", "b\\0"}}})', "another control character"],
  ['http.get("http://x", {headers = {a = {}, b = print}})', "the header 'b' is a function"],
  ['http.get("http://x", {headers = {["Transfer-Encoding"] = "x"}})', "belongs to the connection"],
  [
    'http.get("http://x", {headers = {Connection = "upgrade"}})',
    "'Connection' can be 'close' only",
  ],
  ['http.get("http://x", {headers = {Host = {"a", "b"}}})', "the header 'Host' is there twice"],
  [
    'http.post("http://x", {body = "a", headers = {["Content-Length"] = "9"}})',
    "the body has 1 bytes",
  ],
  ['http.post("http://x", {json = {}, body = ""})', "'json' and 'body' exclude one another"],
  ['http.post("http://x", {body = {}})', "tables are sent by 'json' or 'form'"],
  ['http.post("http://x", {json = print})', "'json': Cannot serialise function"],
  ['http.post("http://x", {form = {a = {b = 1}}})', "'form.a' must be a list, if it is a table"],
  ['http.post("http://x", {form = {a = print}})', "'form.a' is a function"],
  ['http.post("http://x", {form = {1}})', "a key of 'form' is a number, not a string"],
  ['http.get("http://x", {query = "a b"})', "'query' has characters that must be encoded"],
  ['http.request{url = "http://x", method = "A B"}', "'method' must be a word"],
  ['http.request{url = "http://x", method = "GET\\r\\n"}', "'method' must be a word"],
  ['http.request{url = "http://x", method = "CONNECT"}', "CONNECT is not offered"],
  ['http.get("http://x", {auth = "x"})', "'auth' must be a list of two strings"],
  ['http.get("https://x", {ca = "x"})', "'ca' must be text in PEM"],
  ['http.get("https://x", {cert = "x"})', "'cert' and 'key' belong together"],
  ['http.get("https://x", {ca = "-----BEGIN CERTIFICATE-----\\nx"})', "can't be read"],
  ["http.new{json = {}}", "'json' is for a call, not for all of a client"],
  ['http.new{url = "x"}', "it must begin with http://"],
  ['http.new("x")', "table expected, got string"],
])("%s is a mistake", async (call, problem) => {
  const [line] = await run(`print(pcall(function() local x = ${call} end))`);
  expect(line).toMatch(/^false program:1: bad argument #\d to '\w+' \(/);
  expect(line).toContain(problem);
});

test("a client has options for all its calls", async () => {
  const source = `
    local api = http.new{url = url .. "/v1/", headers = {["X-One"] = "1", ["X-Two"] = "2"}, timeout = 5}
    print(api.get("users", {query = {a = 1}}):json().line, api.get("/root"):json().line, api.get("?b"):json().line)
    print(api.get("?show=x-one"):json(), api.get("?show=x-one", {headers = {["x-ONE"] = "other"}}):json())
    print(api.post("?show=x-two", {json = {}}):json(), api.get(url .. "/abs"):json().line)
    print(pcall(api.get, "x", {tiemout = 1}))`;
  expect(await printed(source)).toBe(
    [
      "GET /v1/users?a=1 GET /root GET /v1/?b",
      "1 other",
      "2 GET /abs",
      "false bad argument #2 to '?' (there is no option 'tiemout'; did you mean 'timeout'?)",
    ].join("\n"),
  );
});

test("a client's password goes to no other server", async () => {
  const other = await startServer((request, response) => {
    response.end(request.headers.authorization ?? "none");
  });
  try {
    const source = `
      local api = http.new{url = url:gsub("//", "//u:p@")}
      print(api.get("/?show=authorization"):json())
      print(api.get("${other.url}/").body)`;
    expect(await run(source, server.url)).toEqual(["Basic dTpw", "none"]);
  } finally {
    await other.close();
  }
});

test("calls wait in coroutines, pcall and iterators, and not where LuaJIT can't yield", async () => {
  const source = `
    local co = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(http.get(url .. "/" .. i):json().line) end end)
    print(co(), co())
    print(pcall(http.get, url .. "/status/200") == true)
    for line in function(_, last) if not last then return http.get(url):json().line end end do print(line) end
    print(pcall(table.sort, {1, 2}, function() return http.get(url) end))`;
  const lines = await run(source, server.url);
  expect(lines[0]).toBe("GET /1 GET /2");
  expect(lines[1]).toBe("true");
  expect(lines[2]).toBe("GET /");
  expect(lines[3]).toBe("false attempt to yield across C-call boundary");
});
