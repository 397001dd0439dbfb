/** What networks and servers do: time, broken rules, and how connections are shared. */
import type { Socket } from "node:net";
import { provideHttpSettings } from "./provided.ts";
import {
  eventually,
  run,
  startRawServer,
  startServer,
  TestClient,
  type TestServer,
} from "./server.testkit.ts";

let client: TestClient;
let servers: TestServer[];

beforeEach(() => {
  client = new TestClient();
  servers = [];
});

afterEach(async () => {
  client.close();
  await Promise.all(servers.map((server) => server.close()));
});

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

async function serveRaw(onConnection: (socket: Socket) => void): Promise<TestServer> {
  const server = await startRawServer(onConnection);
  servers.push(server);
  return server;
}

/** A server that answers each request with some bytes. */
function answering(bytes: string, isClosing = false): Promise<TestServer> {
  return serveRaw((socket) => {
    socket.on("data", () => {
      socket.write(bytes, "latin1");
      if (isClosing) socket.end();
    });
  });
}

const SILENT = () => serveRaw((socket) => socket.resume());

function place({ url }: TestServer): string {
  return url.replace("http://", "");
}

describe("time", () => {
  test("for a response as a whole", async () => {
    const server = await serve((_request, response) => {
      response.write("a");
    });
    const source = `
      print(http.get(url, {timeout = 0.05}))
      print(http.get(url, {readTimeout = 0.05}))
      local res = http.get(url, {stream = true, readTimeout = 0.3})
      print(res:read(), res:read())
      res = http.get(url, {stream = true, timeout = 0.5})
      print(res:read(), res:read())`;
    const silence = `timeout: nothing more came from ${place(server)} for 0.05 s`;
    const whole = `timeout: no complete response from ${place(server)} within 0.05 s`;
    expect(await run(source, server.url)).toEqual([
      `nil ${whole} timeout`,
      `nil ${silence} timeout`,
      `a nil ${silence.replace("0.05", "0.3")} timeout`,
      `a nil ${whole.replace("0.05", "0.5")} timeout`,
    ]);
    await eventually(() => server.open.size === 0);
  });

  test("for its headers", async () => {
    const server = await SILENT();
    const source = `
      print(http.get(url, {headersTimeout = 0.05}))
      print(http.get(url, {timeout = 0.05}))`;
    expect(await run(source, server.url)).toEqual([
      `nil timeout: no response from ${place(server)} within 0.05 s timeout`,
      `nil timeout: no complete response from ${place(server)} within 0.05 s timeout`,
    ]);
    await eventually(() => server.open.size === 0);
  });

  test("for the connection, which TLS belongs to", async () => {
    const server = await SILENT();
    const source = `print(http.get((url:gsub("http", "https")), {connectTimeout = 0.05}))`;
    expect(await run(source, server.url)).toEqual([
      `nil timeout: no connection to ${place(server)} within 0.05 s timeout`,
    ]);
    await eventually(() => server.open.size === 0);
  });

  test("bytes that come now and then keep nobody waiting beyond the whole", async () => {
    const server = await serve((_request, response) => {
      const timer = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(timer));
    });
    const source = `print((select(3, http.get(url, {timeout = 0.1, readTimeout = 0.05}))))`;
    expect(await run(source, server.url)).toEqual(["timeout"]);
  });

  test("of the invocation: the request ends with it, and no pcall goes on", async () => {
    const server = await SILENT();
    const limits = { cpuMs: Infinity, timeoutMs: 50 };
    for (const call of ["http.get(url)", "pcall(http.get, url)", "coroutine.wrap(http.get)(url)"]) {
      const source = `${call} print("goes on")`;
      const { lines, error } = await client.run(source, [server.url], { limits });
      expect([lines, error]).toEqual([[], expect.stringContaining("the timeout of 50 ms is over")]);
      await eventually(() => server.open.size === 0);
    }
    expect(client.counts.open).toBe(0);
  });

  test("threads that are killed ask no longer", async () => {
    const server = await SILENT();
    const source = `
      local thread = ngx.thread.spawn(http.get, url)
      ngx.sleep(0.02)
      ngx.thread.kill(thread)`;
    await client.run(source, [server.url]);
    await eventually(() => server.open.size === 0 && server.connectionCount() === 1);
  });
});

describe("servers that break the rules", () => {
  test.each([
    ["say nothing", "", "closed"],
    ["speak something else", "SSH-2.0-OpenSSH\r\n", "protocol"],
    ["send a wrong length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "protocol"],
    [
      "send two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "closed",
    ],
    [
      "send a wrong chunk",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "protocol",
    ],
    [
      "send a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "closed",
    ],
    ["send huge headers", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, "size"],
    ["send many headers", `HTTP/1.1 200 OK\r\n${"X: x\r\n".repeat(50_000)}\r\n`, "size"],
    ["send headers without end", "HTTP/1.1 200 OK\r\nX: x\r\n", "closed"],
    [
      "switch protocols",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "closed",
    ],
  ])("and %s", async (_what, bytes, kind) => {
    const server = await answering(bytes, true);
    const source = `local res, message, kind = http.get(url, {timeout = 5}) print(res, type(message), kind)`;
    expect(await run(source, server.url)).toEqual([`nil string ${kind}`]);
    await eventually(() => server.open.size === 0);
  });

  test("or reset connections", async () => {
    const server = await serveRaw((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await run("print((select(3, http.get(url))))", server.url)).toEqual(["closed"]);
  });

  test("are told apart from what only looks odd", async () => {
    const answers = [
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
      "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nb",
      "HTTP/1.1 299 \u00e9\r\nX: \u00e9\r\nContent-Length: 1\r\n\r\nc",
      "HTTP/1.0 200 OK\r\n\r\nd",
    ];
    for (const bytes of answers.slice(1)) {
      const server = await answering(bytes, bytes.startsWith("HTTP/1.0"));
      const { lines } = await client.run("print(http.get(url).body)", [server.url]);
      expect(lines).toEqual([bytes.slice(-1)]);
    }
  });

  test("a body that no length ends goes to the end of the connection", async () => {
    const server = await answering("HTTP/1.1 200 OK\r\n\r\nall of it", true);
    expect(await run("print(http.get(url).body)", server.url)).toEqual(["all of it"]);
  });
});

describe("connections", () => {
  test("are used again, also by other calls at once", async () => {
    const server = await serve((_request, response) => response.end("x"));
    const one = "for i = 1, 20 do assert(http.get(url).body == 'x') end";
    await client.run(one, [server.url]);
    expect(server.connectionCount()).toBe(1);
    const many = `
      local threads = {}
      for i = 1, 20 do threads[i] = ngx.thread.spawn(http.get, url) end
      for i = 1, 20 do assert(ngx.thread.wait(threads[i])) end`;
    await client.run(many, [server.url]);
    await client.run(many, [server.url]);
    expect(server.connectionCount()).toBe(20);
    await eventually(() => client.counts.idle === 20);
  });

  test("are as many, and kept as long, as the host says", async () => {
    provideHttpSettings(client.state, { connections: 3, idleConnections: 2, keepAliveMs: 300 });
    const server = await serve((_request, response) => response.end("x"));
    const many = `
      local threads = {}
      for i = 1, 20 do threads[i] = ngx.thread.spawn(http.get, url) end
      for i = 1, 20 do assert(ngx.thread.wait(threads[i])) end`;
    await client.run(many, [server.url]);
    expect(server.connectionCount()).toBe(3);
    await eventually(() => client.counts.idle === 2 && client.counts.open === 2);
    await eventually(() => client.counts.open === 0);
  });

  test("that the server closes after a response are not", async () => {
    const server = await serve((_request, response) => {
      response.setHeader("Connection", "close").end("x");
    });
    await client.run("for i = 1, 3 do assert(http.get(url)) end", [server.url]);
    expect(server.connectionCount()).toBe(3);
    await eventually(() => client.counts.open === 0);
  });

  test("that the server closes while they are idle are replaced", async () => {
    const server = await serve((_request, response) => response.end("x"));
    await client.run("assert(http.get(url))", [server.url]);
    for (const socket of server.open) socket.destroy();
    await eventually(() => client.counts.open === 0);
    const { error } = await client.run("assert(http.post(url))", [server.url]);
    expect(error).toBeUndefined();
  });

  /** Answers the first request of each connection, and hangs up on the second. */
  const hangingUp = () => {
    let requests = 0;
    const started = serveRaw((socket) => {
      let count = 0;
      socket.on("data", () => {
        requests++;
        if (count++ > 0) socket.destroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
      });
    });
    return started.then((server) => ({ server, requests: () => requests }));
  };

  test("that break when they are used again: what can be asked twice is", async () => {
    const { server, requests } = await hangingUp();
    const source = "print(http.get(url).body, http.put(url, {body = 'b'}).body)";
    expect((await client.run(source, [server.url])).lines).toEqual(["x x"]);
    expect([requests(), server.connectionCount()]).toEqual([3, 2]);
  });

  test("that break when they are used again: what may have been done is not done twice", async () => {
    const { server, requests } = await hangingUp();
    const source = "print(http.get(url).body, (select(3, http.post(url))))";
    expect((await client.run(source, [server.url])).lines).toEqual(["x closed"]);
    expect(requests()).toBe(2);
  });

  test("a thousand waits cost a connection each, and all come back", async () => {
    const waiting: (() => void)[] = [];
    const server = await serve((_request, response) => {
      waiting.push(() => response.end("x"));
      if (waiting.length === 1000) for (const answer of waiting) answer();
    });
    const source = `
      local threads, count = {}, 0
      for i = 1, 1000 do threads[i] = ngx.thread.spawn(http.get, url) end
      for i = 1, 1000 do
        local ok, res = ngx.thread.wait(threads[i])
        if ok and res and res.body == "x" then count = count + 1 end
      end
      print(count)`;
    expect((await client.run(source, [server.url])).lines).toEqual(["1000"]);
    await eventually(() => client.counts.open <= 64);
  }, 30_000);

  test("end with the state", async () => {
    const server = await serve((_request, response) => response.end("x"));
    await client.run("assert(http.get(url))", [server.url]);
    await eventually(() => client.counts.idle === 1);
    client.close();
    await eventually(() => server.open.size === 0);
  });

  test("to nobody", async () => {
    const server = await serve(() => undefined);
    await server.close();
    const source = `print(http.get(url)) print(http.get("http://host.invalid/"))`;
    expect(await run(source, server.url)).toEqual([
      `nil ${place(server)}: connection refused connect`,
      "nil host.invalid:80: the host could not be resolved resolve",
    ]);
  });

  test("settings of proxies in the environment change nothing", async () => {
    const server = await serve((_request, response) => response.end("direct"));
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTP_PROXY: "http://127.0.0.1:1",
      http_proxy: "http://127.0.0.1:1",
    });
    try {
      expect(await run("print(http.get(url).body)", server.url)).toEqual(["direct"]);
    } finally {
      process.env = before;
    }
  });
});
