/** Bodies piece by piece, in both directions, and that nothing of them is left behind. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import {
  eventually,
  run,
  startRawServer,
  startServer,
  TestClient,
  type TestServer,
} from "./server.testkit.ts";

let server: TestServer;
let client: TestClient;
/** How many bytes the server has been able to send of an endless body. */
let sentBytes = 0;

beforeAll(async () => {
  server = await startServer((request, response) => {
    const kind = (request.url ?? "").split("/")[1] ?? "";
    (KINDS[kind] ?? echo)(request, response);
  });
});

const KINDS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  pieces: (_request, response) => {
    let count = 0;
    const next = (): void => {
      if (count++ === 3) response.end();
      else response.write(`piece ${String(count)};`, () => setTimeout(next, 5));
    };
    next();
  },
  gzip: (_request, response) => {
    response.setHeader("Content-Encoding", "gzip");
    response.end(gzipSync(Buffer.alloc(1_000_000, "ab")));
  },
  endless: (_request, response) => {
    sentBytes = 0;
    const chunk = Buffer.alloc(16_384, "x");
    const send = (): void => {
      while (!response.destroyed && response.write(chunk)) sentBytes += chunk.length;
    };
    response.on("drain", send);
    send();
  },
  early: (_request, response) => {
    response.writeHead(413, { Connection: "close" }).end("too large");
  },
  silent: (_request, response) => {
    response.write("x");
  },
};

function echo(request: IncomingMessage, response: ServerResponse): void {
  const { "transfer-encoding": coding, "content-length": length } = request.headers;
  response.setHeader("X-Framing", coding ?? length ?? "none");
  request.pipe(response);
}

afterAll(() => server.close());

beforeEach(() => {
  client = new TestClient();
});

afterEach(() => client.close());

test("pieces come as they are sent", async () => {
  const source = `
    local res = http.get(url .. "/pieces", {stream = true})
    print(res.status, res.body)
    print(res:read(3), res:read(100))
    print(res:read("*a"))
    print(res:read(), res:read("*a"), res:read(1))
    local all = {}
    for piece in http.get(url .. "/pieces", {stream = true}):chunks(4) do
      assert(#piece <= 4)
      all[#all + 1] = piece
    end
    print(table.concat(all))`;
  const whole = "piece 1;piece 2;piece 3;";
  expect(await run(source, server.url)).toEqual([
    "200 nil",
    "pie ce 1;",
    "piece 2;piece 3;",
    "nil  nil",
    whole,
  ]);
});

test("a stream is decoded on the way", async () => {
  const source = `
    local length, pieces = 0, 0
    for piece in http.get(url .. "/gzip", {stream = true}):chunks() do
      assert(not piece:gsub("[ab]", ""):find("."))
      length, pieces = length + #piece, pieces + 1
    end
    print(length, pieces > 1)
    print(#http.get(url .. "/gzip", {stream = true}):read("*a"))`;
  expect(await run(source, server.url)).toEqual(["1000000 true", "1000000"]);
});

test("JSON of a stream is read to its end", async () => {
  const source = `
    local body = '{"a":"' .. ("x"):rep(300000) .. '"}'
    print(#http.post(url, {body = body, stream = true}):json().a)`;
  expect(await run(source, server.url)).toEqual(["300000"]);
});

test("a server sends no more than is read", async () => {
  const { lines } = await client.run(
    `local res = http.get(url .. "/endless", {stream = true})
    print(#res:read(10))
    ngx.sleep(0.2)
    res:close()
    print(res:read())`,
    [server.url],
  );
  expect(lines).toEqual(["10", "nil the response is closed closed"]);
  // What fits into buffers of the system, on both sides.
  expect(sentBytes).toBeLessThan(20_000_000);
  await eventually(() => server.open.size === 0);
});

test.each([
  ["ends", ""],
  ["fails", 'error("failed")'],
  ["closes", "res:close()"],
  ["drops it", "res = nil"],
  [
    "is in a coroutine that is never resumed",
    "coroutine.wrap(function() res:read(1) coroutine.yield() end)()",
  ],
  [
    "is a thread that is killed",
    "local t = ngx.thread.spawn(function() res:read(1) ngx.sleep(60) end) ngx.thread.kill(t)",
  ],
])("no connection is left by a program that %s", async (_what, code) => {
  const source = `local res = http.get(url .. "/endless", {stream = true}) res:read(1) ${code}`;
  await client.run(source, [server.url]);
  expect(client.counts).toEqual({ open: 0, idle: 0 });
  await eventually(() => server.open.size === 0);
});

test("a stream goes on in a thread when the function has returned", async () => {
  const source = `
    local res = http.get(url .. "/pieces", {stream = true})
    ngx.thread.spawn(function() ngx.sleep(0.01) print(res:read("*a")) end)`;
  expect(await run(source, server.url)).toEqual(["piece 1;piece 2;piece 3;"]);
});

test("a stream that was read to its end gives its connection back", async () => {
  const source = `
    for i = 1, 3 do http.get(url .. "/pieces", {stream = true}):read("*a") end
    ngx.sleep(0)`;
  const before = server.connectionCount();
  await client.run(source, [server.url]);
  expect(server.connectionCount() - before).toBe(1);
  expect(client.counts).toEqual({ open: 1, idle: 1 });
});

test("two threads do not read one response", async () => {
  const source = `
    local res = http.get(url .. "/silent", {stream = true})
    res:read(1)
    local t = ngx.thread.spawn(function() return res:read() end)
    print(res:read())
    res:close()
    print(ngx.thread.wait(t))`;
  const lines = await run(source, server.url);
  expect(lines).toEqual([
    "nil another thread reads this response busy",
    "true nil the response is closed closed",
  ]);
});

test("piece by piece is for streams only", async () => {
  const source = `
    local res = http.get(url)
    print(pcall(function() local x = res:read() end))
    print(pcall(function() local x = res:chunks() end))
    print(pcall(function() local x = http.get(url, {stream = true}):read(0) end))`;
  const hint = "the body is in the field 'body': ask with stream = true to read it piece by piece";
  expect(await run(source, server.url)).toEqual([
    `false program:3: ${hint}`,
    `false program:4: ${hint}`,
    "false program:5: bad argument #1 to 'read' (a number of bytes, 1 or more, expected)",
  ]);
});

test.each([
  ["with a length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"],
  ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
])("a body %s that breaks off is told", async (_what, bytes) => {
  const raw = await startRawServer((socket) => {
    socket.once("data", () => socket.end(bytes));
  });
  try {
    const closed = "the connection was closed before the response was complete";
    const source = `
      print(http.get(url))
      local res = http.get(url, {stream = true})
      print(res:read(), res:read())
      print(http.get(url, {stream = true}):read("*a"))
      print(pcall(function() for piece in http.get(url, {stream = true}):chunks() do print(piece) end end))`;
    expect(await run(source, raw.url)).toEqual([
      `nil ${closed} closed`,
      `hello nil ${closed} closed`,
      `nil ${closed} closed`,
      "hello",
      `false program:6: ${closed}`,
    ]);
  } finally {
    await raw.close();
  }
});

describe("a body that a function makes", () => {
  test("is sent as it is made, and the function may wait", async () => {
    const source = `
      local count = 0
      local res = http.post(url, {body = function()
        count = count + 1
        if count % 2 == 0 then ngx.sleep(0.001) end
        if count <= 5 then return count == 3 and "" or count == 4 and 4.5 or "<" .. count .. ">" end
      end})
      print(res.body, res.headers["X-Framing"], count)
      local sent
      res = http.post(url, {headers = {["Content-Length"] = "3"}, body = function() if not sent then sent = true return "abc" end end})
      print(res.body, res.headers["X-Framing"])
      print(http.post(url, {body = function() end}).body == "")`;
    expect(await run(source, server.url)).toEqual(["<1><2>4.5<5> chunked 6", "abc 3", "true"]);
  });

  test("may be what another response is", async () => {
    const source = `
      local res = http.get(url .. "/pieces", {stream = true})
      print(http.post(url, {body = res:chunks()}).body)`;
    expect(await run(source, server.url)).toEqual(["piece 1;piece 2;piece 3;"]);
  });

  test("may be large, while the response comes back", async () => {
    const source = `
      local piece, count = ("x"):rep(100000), 0
      local res = http.post(url, {body = function() count = count + 1 if count <= 100 then return piece end end})
      print(#res.body)`;
    expect(await run(source, server.url)).toEqual(["10000000"]);
  });

  test("raises what the function raises, and the request is given up", async () => {
    const source = `
      print(pcall(http.post, url, {body = function() error("made") end}))
      print(pcall(http.post, url, {body = function() ngx.sleep(0.001) error({}) end}) == false)
      print(pcall(function() local x = http.post(url, {body = function() return {} end}) end))
      print(pcall(function() local x = http.post(url, {body = function() ngx.sleep(0) return true end}) end))`;
    expect(await run(source, server.url)).toEqual([
      "false program:2: made",
      "true",
      "false program:4: the function 'body' returned a table, not a string",
      "false program:5: the function 'body' returned a boolean, not a string",
    ]);
    await eventually(() => server.open.size === 0);
  });

  test("is no longer asked for when the response is there", async () => {
    const { lines } = await client.run(
      `local count = 0
      local res, message, kind = http.post(url .. "/early", {body = function() count = count + 1 ngx.sleep(0.005) return ("x"):rep(1000) end, timeout = 5})
      print(res and res.status or kind, count < 900)`,
      [server.url],
    );
    expect(lines).toEqual(["413 true"]);
    await eventually(() => server.open.size === 0);
  });

  test("can't be redirected", async () => {
    const redirecting = await startServer((request, response) => {
      request.resume().on("end", () => response.writeHead(307, { Location: "/x" }).end());
    });
    try {
      const source = `
        local sent
        print(http.post(url, {body = function() if not sent then sent = true return "x" end end}))`;
      expect(await run(source, redirecting.url)).toEqual([
        "nil a redirect wants a body that can't be sent again redirect",
      ]);
    } finally {
      await redirecting.close();
    }
  });

  test("ends when its program does", async () => {
    const limits = { cpuMs: Infinity, timeoutMs: 50 };
    const source = "http.post(url, {body = function() ngx.sleep(60) end})";
    const { error } = await client.run(source, [server.url], { limits });
    expect(error).toBe("program:1: the timeout of 50 ms is over");
    expect(client.counts.open).toBe(0);
    await eventually(() => server.open.size === 0);
  });
});
