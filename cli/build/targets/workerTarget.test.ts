/** A project as a Worker, in the server that Cloudflare runs Workers with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../../context.testkit.ts";
import { build, findingsOf, importsOf, removeBuilt } from "./built.testkit.ts";
import { describeInWorkerd, startWorker, type RunningWorker } from "./workerd.testkit.ts";
import { workerTarget } from "./workerTarget.ts";

jest.setTimeout(60_000);

const FILES = {
  "config/application.yml": `spacerVersion: 1
appName: My App
envVar: [GREETING, PASSWORD]
sharedDicts: {counts: 1MB}
gateway:
  bodyLimit: 1000
  cors: {origins: ["https://pages.example"], credentials: true}
`,
  "app/gateway.lua": `return {
    {"GET", "/hello/:name", "hello"}, {"ANY", "/echo", "echo"}, {"GET", "/files/*rest", "echo"}, {"GET", "/env", "env"},
    {"GET", "/no", "no"}, {"GET", "/fails", "fails"}, {"GET", "/flow", "flows"}, {"GET", "/waits", "waits"},
    {"GET", "/streams", "streams"}, {"GET", "/later", "later"}, {"GET", "/count", "count"}, {"GET", "/digest", "digest"},
    {"GET", "/loads", "loads"}, {"GET", "/capture", "capture"}, {"GET", "/headers", "headers"}, {"GET", "/files", "files"},
    {"GET", "/guarded", "hello", before = "guard"}, {"GET", "/client", "client"}, {"GET", "/random", "random"},
  }`,
  "app/hello.lua": `local greet = require "greet" return function(args) return greet(args.name) end`,
  "lib/greet.lua": `return function(name) return ("Hello, %s"):format(tostring(name):upper()) end`,
  "app/echo.lua": `return function(args) return args end`,
  "app/env.lua": `return function() return {os.getenv("GREETING") or "none", os.getenv("HOME") or "none"} end`,
  "app/no.lua": `return function() return nil, "bad input" end`,
  "app/fails.lua": `local function fail(x)
  local text = "no luck with " .. x
  error(text)
end
return function()
  fail(os.getenv("PASSWORD") or "it")
  return 1
end`,
  "app/flows.lua": `local flow = require "flow"
return function() return {flow.all({{"hello", {name = "a"}}, {"waits"}})} end`,
  "app/waits.lua": `return function()
  local step = coroutine.wrap(function() for i = 1, 3 do ngx.sleep(0.01) coroutine.yield(i) end end)
  return step() + step() + step()
end`,
  "app/streams.lua": `return function()
  ngx.header["Content-Type"] = "text/event-stream"
  for i = 1, 3 do ngx.say("data: ", i) ngx.flush(true) ngx.sleep(0.02) end
end`,
  "app/later.lua": `return function()
  ngx.timer.at(0.1, function()
    ngx.sleep(0.05)
    ngx.shared.counts:incr("later", 1, 0)
  end)
  return "planned"
end`,
  "app/count.lua": `return function() return ngx.shared.counts:get("later") or 0 end`,
  "app/digest.lua": `local sha256 = require "resty.sha256"
local to_hex = require("resty.string").to_hex
return function()
  local running = sha256:new()
  running:update("abc")
  return {ngx.md5("abc"), to_hex(running:final()):sub(1, 8), ngx.encode_base64("\\0\\255")}
end`,
  "app/loads.lua": `return function() return {load("return 1")} end`,
  "app/capture.lua": `return function()
  local reply = ngx.location.capture("/hello/ada?x=1")
  ngx.say(reply.status, " ", reply.body)
end`,
  "app/headers.lua": `return function()
  ngx.header["X-Sent"] = ngx.req.get_headers()["x-sent"]
  ngx.header["Set-Cookie"] = {"a=1", "b=2"}
  ngx.print(#(ngx.req.get_headers()["x-sent"] or ""))
end`,
  "app/files.lua": `return function()
  local io = io
  local file, problem = io.open("/etc/passwd")
  print("printed", file)
  return {problem, tostring(pcall(os.exit))}
end`,
  "app/guard.lua": `return function(args) if args.key ~= "k" then return nil, "no key" end end`,
  "app/client.lua": `return function() return ngx.var.remote_addr end`,
  "app/random.lua": `local uuid = require "uuid" return function() return {uuid(), uuid()} end`,
  "app/private/secret.lua": `return function() return "told" end`,
};

const ENVIRONMENT = {
  GREETING: "gr\u00fc\u00df dich",
  HOME: "/home/me",
  PASSWORD: "s3cr3t-of-mine",
  SPACER_INTERNAL_TOKEN: "t0ken-of-mine",
};

afterAll(removeBuilt);

describeInWorkerd("in workerd", () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    const { out } = await build(workerTarget, FILES, true);
    worker = await startWorker(out, ENVIRONMENT);
  });
  afterAll(() => worker.stop());

  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(worker.url + path, init);

  async function json(path: string, init?: RequestInit): Promise<unknown> {
    const response = await get(path, init);
    return [response.status, await response.json()];
  }

  test("routes, parameters and arguments", async () => {
    expect(await json("/hello/ada")).toEqual([200, { data: "Hello, ADA" }]);
    expect(await json("/files/a/b%20c/d?x=1&x=2&y")).toEqual([
      200,
      { data: { rest: "a/b c/d", x: ["1", "2"], y: true } },
    ]);
    expect(await json("/nothing")).toEqual([404, { error: "not found" }]);
    expect(await json("/hello/%zz")).toEqual([400, { error: "malformed path" }]);
  });

  test("bodies by their types, and refusals", async () => {
    const post = (body: string, type?: string): RequestInit => ({
      method: "POST",
      body,
      headers: type === undefined ? {} : { "content-type": type },
    });
    expect(await json("/echo?q=1", post('{"a":[1,null]}', "application/json"))).toEqual([
      200,
      { data: { a: [1, null], q: "1" } },
    ]);
    const form = "application/x-www-form-urlencoded";
    expect(await json("/echo", post("a=1&b=%C3%A9", form))).toEqual([
      200,
      { data: { a: "1", b: "\u00e9" } },
    ]);
    const data = new FormData();
    data.set("f", new Blob(["x"], { type: "text/x" }), "name.txt");
    expect(await json("/echo", { method: "POST", body: data })).toEqual([
      200,
      { data: { f: { filename: "name.txt", content_type: "text/x", content: "x" } } },
    ]);
    expect(await json("/echo", post("{", "application/json"))).toMatchObject([400, {}]);
    expect(await json("/echo", post("x", "text/plain"))).toMatchObject([415, {}]);
    expect(await json("/echo", post("x".repeat(1001)))).toEqual([
      413,
      { error: "request body is larger than 1000 bytes" },
    ]);
  });

  test("replies of all kinds; production tells nothing of errors, the log does", async () => {
    expect(await json("/no")).toEqual([400, { error: "bad input" }]);
    expect(await json("/fails")).toEqual([500, { error: "We're sorry, something went wrong" }]);
    await waitFor(() => worker.output().includes("in function <app/fails.lua:5>"), worker.output);
    expect(worker.output()).toContain("GET /fails 500: app/fails.lua:3: no luck with <PASSWORD>");
    expect(worker.output()).toContain("app/fails.lua:6: in function");
    const head = await get("/hello/x", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(await json("/guarded?name=x")).toEqual([400, { error: "no key" }]);
    expect(await json("/guarded?name=x&key=k")).toEqual([200, { data: "Hello, X" }]);
  });

  test("environment variables: those of the settings", async () => {
    expect(await json("/env")).toEqual([200, { data: ["gr\u00fc\u00df dich", "none"] }]);
  });

  test("functions wait, call each other, and run at the same time", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => json("/waits")));
    expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(
      new Set(['[200,{"data":6}]']),
    );
    expect(await json("/flow")).toEqual([200, { data: ["Hello, A", 6] }]);
    expect(await (await get("/capture")).text()).toBe('200 {"data":"Hello, ADA"}\n\n');
  });

  test("streams", async () => {
    const response = await get("/streams");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const pieces: string[] = [];
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      pieces.push(Buffer.from(piece.value).toString());
    }
    expect(pieces.join("")).toBe("data: 1\ndata: 2\ndata: 3\n");
    expect(pieces.length).toBeGreaterThan(1);
  });

  test("a timer goes on behind the reply", async () => {
    expect(await json("/later")).toEqual([200, { data: "planned" }]);
    await waitFor(
      async () => JSON.stringify(await json("/count")) === '[200,{"data":1}]',
      worker.output,
    );
  });

  test("digests, random numbers and encodings", async () => {
    expect(await json("/digest")).toEqual([
      200,
      { data: ["900150983cd24fb0d6963f7d28e17f72", "ba7816bf", "AP8="] },
    ]);
    const [, { data }] = (await json("/random")) as [number, { data: string[] }];
    expect(new Set(data).size).toBe(2);
  });

  test("what is not there is an error that says so", async () => {
    expect(await json("/loads")).toMatchObject([
      200,
      { data: [null, expect.stringContaining("without the compiler")] },
    ]);
    expect(await json("/files")).toEqual([
      200,
      { data: ["/etc/passwd: there are no files in a Worker", "false"] },
    ]);
    expect(worker.output()).toContain("printed\tnil\n");
  });

  test("private functions ask for the token", async () => {
    expect(await json("/private/secret")).toEqual([403, { error: "forbidden" }]);
    const headers = { "x-spacer-internal-token": ENVIRONMENT.SPACER_INTERNAL_TOKEN };
    expect(await json("/private/secret", { headers })).toEqual([200, { data: "told" }]);
  });

  test("pages of other origins", async () => {
    const headers = { origin: "https://pages.example", "access-control-request-method": "PUT" };
    const question = await get("/hello/x", { method: "OPTIONS", headers });
    expect([question.status, question.headers.get("access-control-allow-origin")]).toEqual([
      204,
      "https://pages.example",
    ]);
    const other = await get("/hello/x", { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("traces, and headers in UTF-8", async () => {
    const traceparent = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
    const response = await get("/headers", {
      headers: { traceparent, "x-sent": "gr\xc3\xbc\xc3\x9f" },
    });
    expect(response.headers.get("x-spacer-trace-id")).toBe("ab".repeat(16));
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("6");
    expect(response.headers.get("x-sent")).toBe("gr\xc3\xbc\xc3\x9f");
  });

  test("the client is who Cloudflare says", async () => {
    const headers = { "cf-connecting-ip": "192.0.2.7" };
    expect(await json("/client", { headers })).toEqual([200, { data: "192.0.2.7" }]);
  });
});

describe("what is made", () => {
  const plain = {
    "app/gateway.lua": `return { {"GET", "/x", "x"} }`,
    "app/x.lua": `return function() ngx.sleep(1) return ("x"):rep(3) end`,
  };

  test("nothing of Node, no package, no code of texts", async () => {
    const built = await build(workerTarget, plain);
    const { imports, inputs } = importsOf(built);
    expect(imports).toEqual([]);
    expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
    const code = readFileSync(join(built.out, "worker.mjs"), "utf8");
    expect(code).not.toMatch(/\bnew Function\(|\beval\(|\bimport\(|\brequire\(/);
  });

  test("OpenSSL only where a program uses it", async () => {
    const built = await build(workerTarget, {
      ...plain,
      "app/x.lua": `return function() return ngx.md5("") end`,
    });
    expect(importsOf(built).imports).toEqual(["node:crypto"]);
    const wrangler = readFileSync(join(built.out, "wrangler.toml"), "utf8");
    expect(wrangler).toContain('compatibility_flags = ["nodejs_compat"]');
  });

  test("settings for wrangler and workerd", async () => {
    const { out } = await build(workerTarget, FILES);
    const wrangler = readFileSync(join(out, "wrangler.toml"), "utf8");
    expect(wrangler).toContain('name = "my-app"\nmain = "worker.mjs"\n');
    expect(wrangler).toContain("#   npx wrangler secret put PASSWORD\n");
    expect(readFileSync(join(out, "worker.capnp"), "utf8")).toContain(
      '(name = "GREETING", fromEnvironment = "GREETING")',
    );
  });

  test("what Workers can't have is refused, with its place", async () => {
    const files = {
      ...plain,
      "app/x.lua": `local http = require "http"
return function()
  for line in io.lines("x") do print(line) end
  os.execute("ls")
  io.write("to the console")
  return load("return 1")
end`,
    };
    expect(await findingsOf(workerTarget, files)).toEqual([
      "app/x.lua:1:22: error: the target 'worker' can't have 'http': it opens connections of its own, which only Node can (build the target 'function' or 'node')",
      "app/x.lua:3:15: error: the target 'worker' can't have 'io.lines': there are no files (put what it reads into a Lua module; print and io.write go to the console)",
      "app/x.lua:4:3: error: the target 'worker' can't have 'os.execute': there are no processes (build the target 'function' or 'node')",
      "app/x.lua:6:10: warning: the target 'worker' has no compiler, so 'load' of a text will fail (engines there make no code of texts; put it into a Lua module)",
    ]);
  });
});
