/** What the gateway of `fetch` does in its own way; what it has in common with that of Node is in sameAnswers.test.ts. */
import type { RequestClient } from "../port.ts";
import { closeAll, openLuaGateway } from "../own/luaGateway.testkit.ts";
import { createFetchGateway, type FetchGateway, type FetchGatewayOptions } from "./index.ts";

jest.mock("../gateway.ts", () => ({
  createGateway: async (options: Parameters<typeof createFetchGateway>[0]) => {
    const gateway = await createFetchGateway(options);
    return Object.assign(gateway, { close: () => Promise.resolve() });
  },
}));

afterEach(closeAll);

const CLIENT: RequestClient = {
  address: "192.0.2.7",
  isDirect: false,
  isEncrypted: true,
  host: undefined,
};

async function open(source: string, options: Partial<FetchGatewayOptions> = {}) {
  const { gateway, entries } = await openLuaGateway({ f: source }, options);
  const web = gateway as unknown as FetchGateway;
  return {
    entries,
    fetch: (path: string, init: RequestInit = {}) =>
      web.fetch(new Request(`https://example.org${path}`, init), {
        client: CLIENT,
        httpVersion: "2",
      }),
  };
}

describe("streams", () => {
  test("pieces arrive while the function goes on, which waits until they are taken", async () => {
    const { fetch } = await open(`
      ngx.say("a") ngx.flush(true) shared.count = 1
      ngx.say("b") ngx.flush(true) shared.count = 2
      ngx.say("c")`);
    const response = await fetch("/f");
    expect(response.headers.get("content-length")).toBeNull();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const texts: string[] = [];
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      texts.push(Buffer.from(piece.value).toString());
    }
    expect(texts).toEqual(["a\n", "b\n", "c\n"]);
  });

  test("a function that raises an error behind what it sent breaks the reply off", async () => {
    const { fetch, entries } = await open(`ngx.say("a") ngx.flush() error("late")`);
    const response = await fetch("/f");
    await expect(response.text()).rejects.toThrow("broken off");
    expect(entries.map(({ status, failure }) => [status, failure?.text])).toEqual([
      [200, "app/f.lua:1: late"],
    ]);
  });

  test("a client that goes away does not hold the function up, which can ask", async () => {
    const { fetch, entries } = await open(`
      ngx.say("a") ngx.flush(true)
      for _ = 1, 20 do ngx.say("b") ngx.flush(true) end`);
    const response = await fetch("/f");
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(entries).toHaveLength(1);
  });

  test("HEAD has the headers only", async () => {
    const { fetch } = await open(`ngx.header["X-A"] = 1 ngx.say("a") ngx.flush(true) ngx.say("b")`);
    const response = await fetch("/f", { method: "HEAD" });
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([
      200,
      "1",
      "",
    ]);
  });
});

describe("what a Response can't have", () => {
  test("a connection that is closed without an answer is an empty reply", async () => {
    const { fetch } = await open(`ngx.exit(444)`);
    const response = await fetch("/f");
    expect([response.status, await response.text()]).toEqual([500, ""]);
  });

  test("a status beyond those of HTTP is told", async () => {
    const { fetch } = await open(`ngx.status = 700 ngx.say("x")`);
    const response = await fetch("/f");
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: "replies can't have the status 700 here" },
    ]);
  });

  test.each([204, 304])("no body with %i", async (status) => {
    const { fetch } = await open(`ngx.status = ${String(status)} ngx.say("x")`);
    const response = await fetch("/f");
    expect([response.status, await response.text()]).toEqual([status, ""]);
  });
});

describe("bodies", () => {
  const body = (...pieces: string[]) =>
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
  const post = (init: object): RequestInit => ({ method: "POST", duplex: "half", ...init });

  test("come in pieces", async () => {
    const { fetch } = await open(`return args.a`);
    const response = await fetch("/f", post({ body: body('{"a":', '"x\\u0', '0e9"}') }));
    expect(await response.json()).toEqual({ data: "x\xe9" });
  });

  test("above the limit are refused, whether their length is told or not", async () => {
    const { fetch, entries } = await open(`return 1`, { bodyLimitBytes: 10 });
    const streamed = await fetch("/f", post({ body: body("123456", "789012") }));
    const told = await fetch(
      "/f",
      post({ body: body('"12345678"', "1"), headers: { "content-length": "11" } }),
    );
    for (const response of [streamed, told]) {
      expect([response.status, await response.json()]).toEqual([
        413,
        { error: "request body is larger than 10 bytes" },
      ]);
    }
    expect(entries).toHaveLength(2);
  });

  test("that break off are no bug of ours", async () => {
    const bugs: unknown[] = [];
    const { fetch } = await open(`return 1`, { onBug: (bug) => bugs.push(bug) });
    const broken = new ReadableStream({ pull: () => Promise.reject(new Error("gone")) });
    const response = await fetch("/f", post({ body: broken }));
    expect([response.status, bugs]).toEqual([400, []]);
  });
});

test("the client is who the platform says", async () => {
  const { fetch } = await open(`
    return {ngx.var.remote_addr, ngx.var.scheme, ngx.req.http_version(), ngx.var.host}`);
  const response = await fetch("/f", { headers: { host: "example.org" } });
  expect(await response.json()).toEqual({ data: ["192.0.2.7", "https", 2, "example.org"] });
});

test("private functions ask for the token, wherever the request comes from", async () => {
  const { fetch } = await open(`return 1`, { internalToken: "t0ken" });
  expect((await fetch("/private/f")).status).toBe(403);
  expect((await fetch("/g", { headers: { "x-spacer-internal-token": "t0ken" } })).status).toBe(404);
});

test.each([
  [false, 2],
  [true, 4],
])("header values are bytes, or as UTF-8: %s", async (hasUtf8Headers, length) => {
  const { fetch } = await open(
    `ngx.header["X-B"] = ngx.req.get_headers()["x-a"] ngx.print(#ngx.req.get_headers()["x-a"])`,
    { hasUtf8Headers },
  );
  const response = await fetch("/f", { headers: { "x-a": "\xe9\xff" } });
  expect([response.headers.get("x-b"), await response.text()]).toEqual([
    "\xe9\xff",
    String(length),
  ]);
});
