/** What is built answers as the project does: the same requests go to `spacer dev`, `spacer start` and the bundle. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { createTestCli, waitFor, type TestCli } from "../../context.testkit.ts";
import { buildForNode, serveBundle, type ServedBundle } from "./node.testkit.ts";

jest.setTimeout(120_000);

const TOKEN = "s3cret";

const APP: Readonly<Record<string, string>> = {
  "app/gateway.lua": `return {
    {"ANY", "/echo", "echo"}, {"GET", "/users/:id", "echo"}, {"GET", "/files/*rest", "echo"}, {"GET", "/no", "no"},
    {"GET", "/boom", "boom"}, {"GET", "/operators", "operators"}, {"GET", "/trace", "trace"}, {"GET", "/late", "late"},
    {"GET", "/coroutine", "coroutines"}, {"GET", "/waits", "waits"}, {"GET", "/flow", "flows"}, {"GET", "/deep", "deep"},
    {"GET", "/handler", "handler"}, {"GET", "/text", "text"}, {"GET", "/own", "own"}, {"GET", "/broken", "broken"},
    {"GET", "/tail", "tail"}, {"GET", "/env", "env"}, {"GET", "/capture", "capture"}, {"GET", "/state", "state"},
  }`,
  "app/echo.lua": "return function(args) return args end",
  "app/no.lua": "return function() return nil, 'bad input' end",
  "app/boom.lua":
    "local helper = require 'helper'\n\nreturn function()\n  helper.fail('boom')\nend",
  "lib/helper.lua": `local M = {}
    function M.fail(text)
      error(text)
    end
    function M.index(value)
      return value.field.other
    end
    return M`,
  "app/operators.lua": `local helper = require 'helper'
    return function()
      local messages = {}
      local function try(f, ...)
        local _, message = pcall(f, ...)
        messages[#messages + 1] = message
      end
      try(function() return nil + 1 end)
      try(function() local t = {} return t.x.y end)
      try(function() return {} .. "x" end)
      try(function() return 1 < "2" end)
      try(function() return #nil end)
      try(function() undefinedFunction() end)
      try(helper.index, {})
      try(string.rep)
      try(error, "plain", 2)
      try(error, {code = 1})
      return {messages[1], messages[2], messages[3], messages[4], messages[5], messages[6], messages[7], messages[8], messages[9],
        type(messages[10])}
    end`,
  "app/trace.lua": `local function inner() return debug.traceback("here", 1) end
    local function outer() local text = inner() return text end
    return function() local text = outer() return text end`,
  "app/late.lua": "return function()\n  ngx.sleep(0.001)\n  local x = nil\n  return x.y\nend",
  "app/coroutines.lua": `return function()
      local co = coroutine.create(function(a)
        local b = coroutine.yield(a + 1)
        ngx.sleep(0.001)
        local c = coroutine.yield(b * 2)
        error("in a coroutine " .. c)
      end)
      local results = {}
      for i = 1, 4 do
        local ok, value = coroutine.resume(co, i * 10)
        results[i] = tostring(ok) .. " " .. tostring(value)
      end
      results[5] = debug.traceback(co)
      return results
    end`,
  "app/waits.lua": `local function wait(n)
      for i = 1, n do ngx.sleep(0) end
      return debug.traceback("after", 1)
    end
    return function() local text = wait(3) return text end`,
  "app/flows.lua":
    "local flow = require 'flow'\nreturn function() return {flow.call('echo', {n = 1}), select(2, pcall(flow.call, 'boom'))} end",
  "app/deep.lua": `local function depth(n) return 1 + depth(n + 1) end
    return function()
      local ok, message = pcall(depth, 1)
      return {ok, (tostring(message):gsub("\\n.*", ""))}
    end`,
  "app/handler.lua": `return function()
      local _, text = xpcall(function() local t = nil; t.x = 1 end, function(m) return debug.traceback(m, 1) end)
      return text
    end`,
  "app/text.lua": "return function() return ('%d items'):format(3):upper() .. #'\\200\\201' end",
  "app/own.lua":
    "return function() ngx.status = 201; ngx.header['X-Own'] = 'yes'; ngx.say('own ', ngx.re.gsub('a1b22', '[0-9]+', '#')) end",
  "app/broken.lua": "return function() return {1, nil, print} end",
  "app/tail.lua":
    "local function f(n) if n == 0 then error('end') end return f(n - 1) end\nreturn function() return f(10) end",
  "app/env.lua": "return function() return {os.getenv('GREETING'), os.getenv('PATH')} end",
  "app/capture.lua":
    "return function() local r = ngx.location.capture('/own') return {r.status, r.body} end",
  "app/state.lua": "local count = 0\nreturn function() count = count + 1 return count end",
  "app/private/job.lua": "return function(args) return {job = args} end",
  "config/application.yml": `spacerVersion: 1
appName: shop
envVar: [GREETING]
gateway:
  bodyLimit: 1kb
  static:
    - { path: /assets, dir: public }
`,
  "public/a.txt": "a file",
};

const JSON_POST = { method: "POST", headers: { "content-type": "application/json" } };

const REQUESTS: readonly (readonly [path: string, init?: RequestInit])[] = [
  ["/echo?a=1&a=2&b"],
  ["/echo", { ...JSON_POST, body: '{"x":[1,2.5,"\u00e9"]}' }],
  ["/echo", { ...JSON_POST, body: "{" }],
  ["/echo", { ...JSON_POST, body: JSON.stringify("x".repeat(2000)) }],
  ["/echo", { method: "POST", body: "a text" }],
  ["/echo", { method: "DELETE" }],
  ["/users/7"],
  ["/users/a%2Fb"],
  ["/files/a/b.txt"],
  ["/nowhere"],
  ["/no"],
  ["/boom"],
  ["/boom", { headers: { "X-Spacer-Trace-Id": "t1" } }],
  ["/operators"],
  ["/trace"],
  ["/late"],
  ["/coroutine"],
  ["/waits"],
  ["/flow"],
  ["/deep"],
  ["/handler"],
  ["/text"],
  ["/own"],
  ["/broken"],
  ["/tail"],
  ["/env"],
  ["/capture"],
  ["/state"],
  ["/state"],
  ["/assets/a.txt"],
  ["/assets/none.txt"],
  [`/private/job?spacer_internal_token=${TOKEN}&a=1`],
];

/** All of a reply but what differs from one time to the next. */
async function answer(port: number, path: string, init: RequestInit = {}): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${String(port)}${path}`, init);
  const headers = [...reply.headers].filter(
    ([name, value]) =>
      !["date", "etag", "last-modified"].includes(name) && !/^[0-9a-f]{32}$/.test(value),
  );
  const body = await reply.text();
  return [path, String(reply.status), ...headers.map((pair) => pair.join(": ")), body].join("\n");
}

async function answers(port: number): Promise<string[]> {
  const replies: string[] = [];
  for (const [path, init] of REQUESTS) replies.push(await answer(port, path, init));
  return replies;
}

let cli: TestCli;
let out: string;
const ENV = { SPACER_INTERNAL_TOKEN: TOKEN, GREETING: "hello" };

beforeAll(async () => {
  cli = createTestCli({ ...ENV, SPACER_GATEWAY_ADMIN: "false" });
  for (const [path, text] of Object.entries(APP)) cli.write(path, text);
  out = join(cli.cwd, "dist");
  await buildForNode(cli.cwd, out);
});

afterAll(() => {
  cli.dispose();
});

/** What a command of spacer answers that serves the project. */
async function answersOf(...words: readonly string[]): Promise<string[]> {
  const server = createTestCli(cli.context.env);
  const context = { ...server.context, cwd: cli.cwd };
  const { runCli } = await import("../../runCli.ts");
  const ended = runCli([...words, "--port", "0"], context);
  await waitFor(
    () => /http:\/\/\S+:\d+/.test(server.out),
    () => server.out + server.err,
    30_000,
  );
  try {
    return await answers(Number(/http:\/\/\S+?:(\d+)/.exec(server.out)?.[1]));
  } finally {
    server.interrupt();
    await ended;
    server.dispose();
  }
}

describe("the same requests", () => {
  let bundle: ServedBundle;

  afterEach(async () => {
    expect(await bundle.stop()).toBe(0);
  });

  test("have the same replies in development, from dev, start and the bundle", async () => {
    bundle = await serveBundle(out, { cwd: cli.cwd, env: { ...ENV, SPACER_ENV: "development" } });
    const ofBundle = await answers(bundle.port);
    // Where a function value was written is known of its text, which is another one in a bundle.
    const withoutPlace = (replies: readonly string[]) =>
      replies.filter((reply) => !reply.startsWith("/broken"));
    const ofStart = await answersOf("start", ".", "--workers", "0");
    expect(withoutPlace(ofBundle)).toEqual(withoutPlace(ofStart));
    // Which error pages a browser would get is not for the caches of others.
    const withoutPages = (replies: readonly string[]) =>
      withoutPlace(replies).map((reply) => reply.replaceAll(/^(?:cache-control|vary): .*\n/gm, ""));
    expect(withoutPages(await answersOf("dev", "."))).toEqual(withoutPages(ofStart));
    expect(ofBundle.find((reply) => reply.startsWith("/boom"))).toContain("lib/helper.lua:3: boom");
    expect(ofBundle.find((reply) => reply.startsWith("/deep"))).toContain("stack overflow");
  });

  test("have the same replies in production, from start and the bundle", async () => {
    bundle = await serveBundle(out, { cwd: cli.cwd, env: ENV });
    const ofBundle = await answers(bundle.port);
    const environment = ["--env", "production"];
    expect(ofBundle).toEqual(await answersOf("start", ".", "--workers", "0", ...environment));
    expect(ofBundle.find((reply) => reply.startsWith("/boom"))).toContain("We're sorry");
    // Whoever looks after the server is told.
    expect(bundle.output()).toContain("lib/helper.lua:3: boom");
  });
});

test("has the same replies with Lua sources, of which it makes what resumes functions", async () => {
  const settings = APP["config/application.yml"] ?? "";
  const late = mkdtempSync(join(tmpdir(), "spacer-bundle-"));
  cli.write("config/application.yml", `${settings}build: { sources: true }\n`);
  await buildForNode(cli.cwd, late);
  cli.write("config/application.yml", settings);
  const options = { cwd: cli.cwd, env: { ...ENV, SPACER_ENV: "development" } };
  const replies: string[][] = [];
  for (const folder of [out, late]) {
    const bundle = await serveBundle(folder, options);
    replies.push(await answers(bundle.port));
    expect(await bundle.stop()).toBe(0);
  }
  expect(replies[1]).toEqual(replies[0]);
  const [code, lateCode] = [out, late].map((each) =>
    readFileSync(join(each, "server.cjs"), "utf8"),
  );
  expect(code).not.toContain("ngx.sleep(0.001)");
  expect(lateCode).toContain("ngx.sleep(0.001)");
  rmSync(late, { recursive: true });
});

test("is served by a Node with a small stack, too, where deep recursion is an error of Lua", async () => {
  const bundle = await serveBundle(out, { cwd: cli.cwd, env: ENV, flags: [] });
  expect(await answer(bundle.port, "/deep")).toContain("stack overflow");
  expect(await answer(bundle.port, "/text")).toContain("3 ITEMS2");
  expect(await bundle.stop()).toBe(0);
});

test("needs no package, wherever it lies", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "spacer-bundle-"));
  try {
    await buildForNode(cli.cwd, elsewhere, { isMinified: false });
    const bundle = await serveBundle(elsewhere, { cwd: elsewhere, env: ENV });
    expect(await answer(bundle.port, "/assets/a.txt")).toContain("a file");
    expect(await answer(bundle.port, "/operators")).toContain("app/operators.lua:8: attempt to");
    expect(await bundle.stop()).toBe(0);
    expect(existsSync(join(elsewhere, "logs/access.log"))).toBe(true);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test("is the same, byte by byte, when it is built again", async () => {
  const before = readFileSync(join(out, "server.cjs"));
  const again = mkdtempSync(join(tmpdir(), "spacer-bundle-"));
  await buildForNode(cli.cwd, again);
  expect(readFileSync(join(again, "server.cjs")).equals(before)).toBe(true);
  rmSync(again, { recursive: true });
});

describe("V8's code", () => {
  const cache = () => readdirSync(join(out, ".cache"));

  afterEach(() => {
    rmSync(join(out, ".cache"), { recursive: true, force: true });
  });

  test("can be made before the first start, and is used; what is damaged does no harm", async () => {
    const env = { ...ENV, SPACER_CACHE: "", SPACER_CACHE_DIR: join(cli.cwd, "cache") };
    const prepared = await serveBundle(out, { cwd: cli.cwd, env, words: ["--prepare"] });
    expect(await prepared.stop()).toBe(0);
    const [file = ""] = cache();
    const path = join(out, ".cache", file);
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(200_000);
    expect((statSync(path).mode & 0o777).toString(8)).toBe("644");
    bytes.fill(0, bytes.length / 2, bytes.length / 2 + 1000);
    writeFileSync(path, bytes);
    const bundle = await serveBundle(out, { cwd: cli.cwd, env });
    expect(await answer(bundle.port, "/text")).toContain("3 ITEMS2");
    expect(await bundle.stop()).toBe(0);
  });
});

describe("settings of the environment", () => {
  async function failure(env: Readonly<Record<string, string>>, ...words: string[]) {
    const bundle = await serveBundle(out, { cwd: cli.cwd, env: { ...ENV, ...env }, words });
    expect(await bundle.stop()).toBe(1);
    return bundle.output();
  }

  test("count, in YAML as elsewhere", async () => {
    const env = {
      ...ENV,
      SPACER_GATEWAY_STATIC: "[{path: /other, dir: public}]",
      SPACER_GATEWAY_BODY_LIMIT: "10",
    };
    const bundle = await serveBundle(out, { cwd: cli.cwd, env });
    expect(await answer(bundle.port, "/other/a.txt")).toContain("a file");
    expect(await answer(bundle.port, "/assets/a.txt")).toContain("404");
    const init = { method: "POST", body: '["more than ten"]' };
    expect(await answer(bundle.port, "/echo", init)).toContain("413");
    expect(await bundle.stop()).toBe(0);
  });

  test("say where health and metrics are", async () => {
    const env = { ...ENV, SPACER_GATEWAY_ADMIN: "{port: 0}" };
    const bundle = await serveBundle(out, { cwd: cli.cwd, env });
    await waitFor(() => bundle.output().includes("health and metrics"), bundle.output);
    const [, port] = /health and metrics are on http:\/\/[^:]+:(\d+)/.exec(bundle.output()) ?? [];
    expect(await answer(Number(port), "/readyz")).toContain('"status":"ready"');
    await answer(bundle.port, "/echo");
    expect(await answer(Number(port), "/metrics")).toMatch(
      /spacer_http_requests_total\{[^}]*route="\/echo"[^}]*\} 1/,
    );
    expect(await bundle.stop()).toBe(0);
  });

  test("that want a part which is not there end the server", async () => {
    expect(await failure({ SPACER_TOPICS: "[orders]" })).toContain(
      "this bundle was built without topics, which its project did not use",
    );
    expect(
      await failure({ SPACER_SCHEDULES: "[{cron: '* * * * *', topic: a, key: b}]" }),
    ).toContain("built without schedules");
  });

  test("that ask for workers are told that this is one process", async () => {
    const env = { ...ENV, SPACER_WORKERS_COUNT: "4" };
    const bundle = await serveBundle(out, { cwd: cli.cwd, env, words: ["--workers", "1"] });
    expect(await answer(bundle.port, "/text")).toContain("3 ITEMS2");
    expect(await bundle.stop()).toBe(0);
    expect(bundle.output()).toContain(
      "workers.count is 4, but what is built is one process: start it several times",
    );
    const several = await failure({}, "--workers", "4");
    expect(several).toContain("--workers 4: what is built is one process");
    expect(several).toContain("hint: start it several times");
    expect(await failure({}, "--workers", "many")).toContain("--workers must be");
  });

  test("that are wrong are told", async () => {
    expect(await failure({ PORT: "many" })).toContain(
      "environment variable PORT: gateway.port: must be a whole number",
    );
    expect(await failure({ SPACER_GATEWAY_STATIC: "[" })).toContain("SPACER_GATEWAY_STATIC: ");
    expect(await failure({}, "--prot", "1")).toContain("unknown option '--prot'");
  });
});
