/** What clients get of the replies that functions make themselves, over a real connection. */
import { connect, type Socket } from "node:net";
import { closeAll, listenTo, openLuaGateway, type LuaGateway } from "./luaGateway.testkit.ts";

afterEach(closeAll);

interface Client {
  readonly socket: Socket;
  /** Resolves when what has arrived has all of it. */
  readonly until: (text: string) => Promise<string>;
  /** All that has arrived when the other side closes. */
  readonly closed: Promise<string>;
}

async function client(lua: LuaGateway, path: string, headers = ""): Promise<Client> {
  const { address } = await listenTo(lua);
  let received = "";
  const waiting = new Set<() => void>();
  const socket = connect(address.port, address.host, () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  });
  socket.on("data", (piece) => {
    received += piece.toString("latin1");
    for (const look of waiting) look();
  });
  const closed = new Promise<string>((resolve, reject) => {
    socket.on("close", () => {
      resolve(received);
    });
    socket.on("error", reject);
  });
  const until = (text: string) =>
    new Promise<string>((resolve) => {
      const look = (): void => {
        if (!received.includes(text)) return;
        waiting.delete(look);
        resolve(received);
      };
      waiting.add(look);
      look();
    });
  return { socket, until, closed };
}

/** What a function answers once it has something to return. */
async function waitForResult(lua: LuaGateway, path: string): Promise<unknown> {
  for (;;) {
    const { body } = await lua.gateway.inject(path);
    if (body !== "{}\n") return JSON.parse(body);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const CLOSE = "Connection: close\r\n";

test("status, headers, cookies and body", async () => {
  const lua = await openLuaGateway({
    f: `ngx.status = 203 ngx.header["Set-Cookie"] = {"a=1; Path=/", "b=2"} ngx.header.content_type = "text/html"
        ngx.header.x_own = "caf\\195\\169" ngx.say("<p>", "\\195\\169")`,
  });
  const { url } = await listenTo(lua);
  const response = await fetch(`${url}/f`);
  expect([response.status, await response.text()]).toEqual([203, "<p>é\n"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  expect(response.headers.get("content-type")).toBe("text/html");
  expect(response.headers.get("content-length")).toBe("6");
});

test("redirects are followed", async () => {
  const lua = await openLuaGateway({
    f: `ngx.redirect("/g?from=f", 303)`,
    g: `return args.from`,
  });
  const { url } = await listenTo(lua);
  const response = await fetch(`${url}/f`, { method: "POST" });
  expect([response.redirected, await response.json()]).toEqual([true, { data: "f" }]);
});

test("no header is split in two", async () => {
  const lua = await openLuaGateway({
    f: `ngx.header.x_a = "1\\r\\nX-Evil: 1\\r\\n\\r\\n<script>" ngx.header["X-B\\r\\nX-Evil"] = "2" return 5`,
  });
  const { closed } = await client(lua, "/f", CLOSE);
  const answer = await closed;
  expect(answer).toContain("x-a: 1%0D%0AX-Evil: 1%0D%0A%0D%0A<script>\r\n");
  expect(answer).not.toMatch(/^x-evil/im);
});

test("a stream arrives piece by piece", async () => {
  const lua = await openLuaGateway({
    f: `ngx.header.content_type = "text/event-stream"
        for i = 1, 3 do
          ngx.print("data: ", i, "\\n\\n") shared.flushed = {ngx.flush(true)}
          while shared.go ~= i do ngx.sleep(0.001) end
        end`,
    go: `shared.go = tonumber(args.i) return shared.flushed`,
  });
  const { until, closed } = await client(lua, "/f", CLOSE);
  for (const i of ["1", "2", "3"]) {
    const sofar = await until(`data: ${i}\n\n`);
    expect(sofar).not.toContain(`data: ${String(Number(i) + 1)}`);
    expect((await lua.gateway.inject(`/go?i=${i}`)).json()).toEqual({ data: [1] });
  }
  const answer = await closed;
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*content-type: text\/event-stream\r\n/i);
  expect(answer).toMatch(/^x-spacer-trace-id: [0-9a-f]{32}\r$/m);
  expect(answer).toMatch(/transfer-encoding: chunked/i);
  expect(answer.endsWith("9\r\ndata: 3\n\n\r\n0\r\n\r\n")).toBe(true);
});

test("headers can go ahead", async () => {
  const lua = await openLuaGateway({
    f: `ngx.header.x_a = 1 ngx.send_headers() while not shared.go do ngx.sleep(0.001) end ngx.say("x")`,
    go: `shared.go = true`,
  });
  const { until, closed } = await client(lua, "/f", CLOSE);
  await until("x-a: 1\r\n");
  await until("\r\n\r\n");
  await lua.gateway.inject("/go");
  expect(await closed).toMatch(/\r\n\r\n2\r\nx\n\r\n0\r\n\r\n$/);
});

test("after ngx.eof the client has all, and the function goes on", async () => {
  const lua = await openLuaGateway({
    f: `ngx.say("x") ngx.eof() while not shared.go do ngx.sleep(0.001) end shared.done = true`,
    go: `shared.go = true`,
    done: `return shared.done`,
  });
  const { closed } = await client(lua, "/f", CLOSE);
  expect(await closed).toMatch(/x\n$/);
  expect(lua.entries).toHaveLength(0);
  await lua.gateway.inject("/go");
  expect(await waitForResult(lua, "/done")).toEqual({ data: true });
  expect(lua.entries.find(({ functionName }) => functionName === "f")?.status).toBe(200);
});

test("an error after the first flush ends the connection, and is told", async () => {
  const lua = await openLuaGateway({
    f: `ngx.say("part") ngx.flush(true) error("boom")`,
    g: `ngx.say("part") error("boom", 0)`,
  });
  const { closed } = await client(lua, "/f");
  const answer = await closed;
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*5\r\npart\n\r\n$/);
  expect(lua.entries).toMatchObject([{ status: 200, failure: { text: "app/f.lua:1: boom" } }]);
  const other = await client(lua, "/g", CLOSE);
  expect(await other.closed).toMatch(/^HTTP\/1\.1 500 /);
});

test("a timeout within a stream ends the connection", async () => {
  const lua = await openLuaGateway(
    { f: `ngx.say("part") ngx.flush(true) ngx.sleep(60)` },
    { limits: { cpuMs: Infinity, timeoutMs: 50 } },
  );
  const { closed } = await client(lua, "/f");
  expect(await closed).toMatch(/part\n\r\n$/);
  expect(lua.entries).toMatchObject([
    { failure: { text: expect.stringContaining("timeout") as string } },
  ]);
});

test("444 closes without an answer", async () => {
  const lua = await openLuaGateway({ f: `ngx.exit(ngx.HTTP_CLOSE)` });
  const { closed } = await client(lua, "/f");
  expect(await closed).toBe("");
  expect(lua.entries).toMatchObject([{ status: 444 }]);
});

test("a body that is shorter than announced ends the connection", async () => {
  const lua = await openLuaGateway({ f: `ngx.header.content_length = 9 ngx.print("short")` });
  const { closed } = await client(lua, "/f");
  expect(await closed).not.toContain("\r\n\r\nshort\r\n");
});

test("a client that went away does not stop the function", async () => {
  const lua = await openLuaGateway({
    f: `ngx.say("x") ngx.flush(true) while not shared.go do ngx.sleep(0.001) end
        local r = {} for i = 1, 200 do local ok, e = ngx.say(("y"):rep(1000)) r[1] = e ngx.flush(true) if e then break end ngx.sleep(0.001) end
        local ok, e = ngx.flush(true) shared.told = {said = r[1], flushed = e}`,
    go: `shared.go = true`,
    told: `return shared.told`,
  });
  const { socket, until, closed } = await client(lua, "/f");
  await until("x\n");
  socket.destroy();
  await closed;
  await lua.gateway.inject("/go");
  expect(await waitForResult(lua, "/told")).toEqual({
    data: { said: "client aborted", flushed: "client aborted" },
  });
});

test("flush(true) waits for a slow client", async () => {
  const lua = await openLuaGateway({
    f: `for i = 1, 64 do ngx.print(("x"):rep(262144)) ngx.flush(true) shared.sent = i end`,
    sent: `return shared.sent`,
  });
  const { socket, until, closed } = await client(lua, "/f", CLOSE);
  await until("HTTP/1.1 200");
  socket.pause();
  const sent = async () => (await lua.gateway.inject("/sent")).body;
  let [before, now] = ["", await sent()];
  while (before !== now) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    [before, now] = [now, await sent()];
  }
  expect(JSON.parse(now)).not.toEqual({ data: 64 });
  socket.resume();
  expect((await closed).length).toBeGreaterThan(64 * 262144);
});

test("a connection goes on behind a reply of a function", async () => {
  const lua = await openLuaGateway({
    f: `ngx.say(args.i) if args.i == "2" then ngx.flush(true) end`,
  });
  const { socket, until, closed } = await client(lua, "/f?i=1");
  await until("1\n");
  socket.write("GET /f?i=2 HTTP/1.1\r\nHost: x\r\n\r\n");
  await until("2\n\r\n0\r\n\r\n");
  socket.write("GET /f?i=3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(await closed).toMatch(/\r\n\r\n3\n$/);
});

test("HTTP 1.0 gets no chunks", async () => {
  const lua = await openLuaGateway({ f: `ngx.say("a") ngx.flush(true) ngx.say("b")` });
  const { address } = await listenTo(lua);
  const answer = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(address.port, address.host, () => {
      socket.write("GET /f HTTP/1.0\r\n\r\n");
    });
    socket.on("data", (piece) => (text += piece.toString()));
    socket.on("close", () => {
      resolve(text);
    });
  });
  expect(answer).toMatch(/\r\n\r\na\nb\n$/);
  expect(answer).not.toMatch(/chunked/i);
});

test("HEAD of a stream has no body", async () => {
  const lua = await openLuaGateway({
    f: `local r = {ngx.say("a"), ngx.flush(true)} ngx.header.x_b = 1 ngx.say("b")`,
  });
  const { url } = await listenTo(lua);
  const response = await fetch(`${url}/f`, { method: "HEAD" });
  expect([response.status, await response.text()]).toEqual([200, ""]);
});

test("addresses and ports", async () => {
  const lua = await openLuaGateway({
    f: `local v = ngx.var ngx.say(v.remote_addr, " ", v.server_addr, " ", v.server_port, " ", v.remote_port == args.port, " ", v.host, " ", v.scheme)`,
  });
  const { address, url } = await listenTo(lua);
  const text = await (await fetch(`${url}/f`)).text();
  expect(text).toBe(`127.0.0.1 127.0.0.1 ${String(address.port)} false 127.0.0.1 http\n`);
});
