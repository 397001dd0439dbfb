import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

let cli: TestCli;
/** The exit code of `spacer dev`, when it has ended. */
let ended: Promise<number> | undefined;
let url: string;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(async () => {
  cli.interrupt();
  await ended;
  ended = undefined;
  cli.dispose();
});

async function dev(...words: string[]): Promise<void> {
  ended = cli.run("dev", "--port", "0", ...words);
  await waitFor(
    () => cli.out.includes("serving on http"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

async function get(path: string): Promise<string> {
  const response = await fetch(url + path);
  const reply = `${String(response.status)} ${(await response.text()).trimEnd()}`;
  // Output is written at the end of a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  return reply;
}

/** Waits until a path answers as it should. */
async function answers(path: string, expected: string): Promise<void> {
  let last = "";
  await waitFor(
    async () => (last = await get(path)).startsWith(expected),
    () => `${path} answers ${last}, not ${expected}\n${cli.out}${cli.err}`,
  );
}

async function hello(): Promise<void> {
  await cli.run("init", "hello");
  cli.clear();
  await dev("hello");
}

test("serves the project of init and says what to try", async () => {
  await hello();
  expect(cli.out).toBe(
    `spacer is serving on ${url}\n\n  GET  /hello  -> hello\n\nTry it:  curl ${url}/hello\n` +
      "Every save in app/, lib/ and config/ counts at once. Ctrl-C stops.\n\n",
  );
  expect(await get("/hello")).toBe('200 {"data":"Hello from Spacer!"}');
  expect(cli.out).toMatch(/\n200 GET \/hello hello \d+(?:\.\d)? ms\n$/);
  expect(await get("/nowhere")).toBe('404 {"error":"not found"}');
  expect(cli.out).toMatch(/\n404 GET \/nowhere - \d+(?:\.\d)? ms\n$/);
  cli.interrupt();
  expect(await ended).toBe(0);
  await expect(fetch(`${url}/hello`)).rejects.toThrow();
});

test("every save counts: functions, modules, new files, the gateway", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function() return 'two' end");
  await answers("/hello", '200 {"data":"two"}');
  cli.write("hello/app/hello.lua", "local m = require 'm' return function() return m end");
  await answers("/hello", "500");
  cli.write("hello/lib/m.lua", "return 'from lib'");
  await answers("/hello", '200 {"data":"from lib"}');
  cli.write("hello/lib/m.lua", "return 'changed'");
  await answers("/hello", '200 {"data":"changed"}');
  cli.write("hello/app/new.lua", "return function() return 'new' end");
  cli.write("hello/app/gateway.lua", "return {{'GET', '/new', 'new'}}");
  await answers("/new", '200 {"data":"new"}');
  expect(await get("/hello")).toMatch(/^404/);
  expect(cli.out).toMatch(/reloaded app\/gateway.lua.*\n {2}GET {2}\/new {2}-> new\n/);
});

test("a syntax error is told about, and what the file was before goes on", async () => {
  await hello();
  const broken = "app/hello.lua:2: '=' expected near 'y'\n";
  cli.write("hello/app/hello.lua", "local x\nx y\n");
  await waitFor(
    () => cli.err.includes(broken),
    () => cli.err,
  );
  expect(cli.err).toContain("  what it was before goes on\n");
  expect(await get("/hello")).toBe('200 {"data":"Hello from Spacer!"}');
  cli.write("hello/app/hello.lua", "return function() return 'mended' end");
  await answers("/hello", '200 {"data":"mended"}');
});

test("a file that never worked breaks only what needs it", async () => {
  await hello();
  cli.write("hello/app/other.lua", "local x\nx y\n");
  cli.write(
    "hello/app/gateway.lua",
    "return {{'GET', '/hello', 'hello'}, {'GET', '/other', 'other'}}",
  );
  await answers("/other", "500");
  expect(await get("/other")).toContain("app/other.lua:2: '=' expected near 'y'");
  expect(cli.err).toContain("  functions that need this file answer with this error\n");
  expect(await get("/hello")).toBe('200 {"data":"Hello from Spacer!"}');
  cli.write("hello/app/other.lua", "return function() return 'mended' end");
  await answers("/other", '200 {"data":"mended"}');
});

test("a runtime error is told about with file, line and traceback", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function(args)\n  return args.a.b\nend\n");
  await answers("/hello", "500");
  expect(cli.out).toMatch(
    /500 GET \/hello hello .*\n {4}app\/hello.lua:2: attempt to index field 'a' \(a nil value\)\n {6}1 \| return function\(args\)\n {4}> 2 \| {3}return args.a.b\n {6}3 \| end\n {6}hint: .*\n {4}stack traceback:\n/,
  );
  expect(cli.out + cli.err).not.toMatch(/\.[jt]s\b/);
});

test("an error is shown with the code that ran, though the file is another one by now", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function(args)\n  return args.a.b\nend\n");
  await answers("/hello", "500");
  cli.clear();
  cli.write("hello/app/hello.lua", "-- one\n-- two\nx y\n");
  await waitFor(
    () => cli.err.includes("what it was before goes on"),
    () => cli.err,
  );
  expect(cli.err).toContain("> 3 | x y\n");
  await get("/hello");
  await waitFor(
    () => cli.out.includes("> 2 |   return args.a.b\n"),
    () => cli.out,
  );
});

test("routes that are refused are not told to be there", async () => {
  await hello();
  cli.clear();
  cli.write("hello/app/gateway.lua", "return {{'GET', '/hello'}}");
  await waitFor(
    () => cli.err.includes("the routes stay as they were"),
    () => cli.err,
  );
  cli.write("hello/app/hello.lua", "return function() return 'two' end");
  await answers("/hello", '200 {"data":"two"}');
  expect(cli.out).not.toContain("reloaded app/gateway.lua");
});

test("a broken gateway keeps its routes, and functions still reload", async () => {
  await hello();
  cli.write("hello/app/gateway.lua", "return {{'GET' '/hello', 'hello'}}");
  await waitFor(
    () => cli.err.includes("app/gateway.lua:1:"),
    () => cli.err,
  );
  expect(await get("/hello")).toBe('200 {"data":"Hello from Spacer!"}');
  cli.write("hello/app/hello.lua", "return function() return 'two' end");
  await answers("/hello", '200 {"data":"two"}');
  cli.write("hello/app/gateway.lua", "return {{'GET', '/again', 'hello'}}");
  await answers("/again", '200 {"data":"two"}');
});

test("with a gateway that is broken from the start, every path answers with the error", async () => {
  cli.write("p/app/gateway.lua", 'return {{"GET", "/x"}}');
  cli.write("p/app/x.lua", "return function() return 1 end");
  await dev("p");
  expect(cli.out).toMatch(/:\d+\n\nThere are no routes yet: app\/gateway.lua lists them\n/);
  expect(cli.out).not.toContain("->");
  expect(await get("/")).toMatch(/^500 \{"error":".*gateway/);
  expect(await get("/a/b")).toMatch(/^500/);
  cli.write("p/app/gateway.lua", 'return {{"GET", "/x", "x"}}');
  await answers("/x", '200 {"data":1}');
});

test("settings reload; wrong ones stay as they were", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function() return os.getenv('HOME') end");
  await answers("/hello", "200 {}");
  const settings = "spacerVersion: 1\nappName: hello\n";
  cli.write("hello/config/application.yml", `${settings}envVar: [HOME]\n`);
  await answers("/hello", '200 {"data":"');
  cli.write("hello/config/application.yml", `${settings}envvar: [HOME]\n`);
  await waitFor(
    () => cli.err.includes("config/application.yml:3: unknown key 'envvar'"),
    () => cli.err,
  );
  expect(cli.err).toContain("hint: did you mean 'envVar'?\n  the settings stay as they were\n");
  expect(await get("/hello")).toMatch(/^200 \{"data":/);
});

test("dictionaries keep what is in them, whatever is saved; those that are not declared are gone", async () => {
  await cli.run("init", "hello");
  const settings = (dicts: string) => {
    const text = `spacerVersion: 1\nappName: hello\nsharedDicts: ${dicts}\n`;
    cli.write("hello/config/application.yml", text);
  };
  settings("{ c: 1MB }");
  cli.write(
    "hello/app/hello.lua",
    "return function() local c = ngx.shared.c return c and {(c:incr('n', 1, 0)), c:capacity()} or 'none' end",
  );
  cli.clear();
  await dev("hello");
  expect(await get("/hello")).toBe('200 {"data":[1,1048576]}');
  settings("{ c: 2KB }");
  await waitFor(
    async () => (await get("/hello")).endsWith(",2048]}"),
    () => cli.out,
  );
  const [, last = ""] = /\[(\d+),/.exec(await get("/hello")) ?? [];
  expect(Number(last)).toBeGreaterThan(2);
  settings("{ other: 2KB }");
  await answers("/hello", '200 {"data":"none"}');
  settings("{ c: 2KB }");
  await answers("/hello", '200 {"data":[');
  const [, first = ""] = /\[(\d+),/.exec(await get("/hello")) ?? [];
  expect(Number(first)).toBeLessThanOrEqual(2);
});

test("the last of a burst of saves is served", async () => {
  await hello();
  for (let turn = 1; turn <= 40; turn++) {
    cli.write("hello/app/hello.lua", `return function() return ${String(turn)} end`);
    await new Promise((wake) => setTimeout(wake, turn));
  }
  await answers("/hello", '200 {"data":40}');
});

test("of many files saved at once, a few are named", async () => {
  await hello();
  for (let turn = 10; turn < 60; turn++) {
    cli.write(`hello/lib/module${String(turn)}.lua`, "return 1");
  }
  await waitFor(
    () => /^reloaded .* and \d+ others \(/m.test(cli.out),
    () => cli.out,
  );
  expect(cli.out.split("\n").every((line) => line.length < 200)).toBe(true);
});

test("what functions print is shown, and os.exit does not end the server", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function() print('seen') os.exit(1) end");
  await answers("/hello", "500");
  expect(cli.out).toContain("seen\n");
  expect(await get("/hello")).toMatch(
    /"app\/hello.lua:1: os.exit is not available to a function: [^]*"line":1/,
  );
});

test("what requests print at the same time can be told apart", async () => {
  await hello();
  cli.write(
    "hello/app/hello.lua",
    `return function(args)
      io.write("begin ")
      ngx.sleep(0.02)
      print(args.name)
      io.stderr:write("noticed ", args.name, "\\n")
      io.write("no line break")
      return 1
    end`,
  );
  await waitFor(
    () => cli.out.includes("reloaded app/hello.lua"),
    () => cli.out,
  );
  await Promise.all(["a", "b", "c"].map((name) => get(`/hello?name=${name}`)));
  // A line that is not completed for long is shown in parts.
  const printedBy = (number: string) =>
    [...cli.out.matchAll(new RegExp(`^#${number} hello \\| (.*)$`, "gm"))]
      .map(([, part]) => part)
      .join("");
  const numbers = ["a", "b", "c"].map((name) => {
    const noticed = new RegExp(`^#(\\d) hello \\| noticed ${name}$`, "m");
    const [, number = ""] = noticed.exec(cli.err) ?? [];
    expect(printedBy(number)).toBe(`begin ${name}no line break`);
    return Number(number);
  });
  expect(numbers.sort()).toEqual([1, 2, 3]);
  for (const number of ["#1", "#2", "#3"]) {
    expect(cli.out).toMatch(
      new RegExp(`^${number} hello \\| no line break\n200 GET /hello hello .* ms ${number}$`, "m"),
    );
  }
  expect(cli.out).not.toContain("\u001b");
});

test("an error that repeats is told in full once, and again after a save", async () => {
  await hello();
  cli.write("hello/app/hello.lua", "return function(args)\n  return args.a.b\nend\n");
  await waitFor(
    () => cli.out.includes("reloaded app/hello.lua"),
    () => cli.out,
  );
  for (let turn = 0; turn < 3; turn++) await get("/hello");
  expect(cli.out.match(/> 2 \| {3}return args\.a\.b/g)).toHaveLength(1);
  expect(cli.out).toMatch(/attempt to index field 'a' \(a nil value\) again \(3 times\)\n$/);
  cli.write("hello/app/hello.lua", "return function(args)\n  return args.a.b \nend\n");
  await waitFor(
    () => cli.out.split("reloaded app/hello.lua").length === 3,
    () => cli.out,
  );
  await get("/hello");
  expect(cli.out.match(/> 2 \| {3}return args\.a\.b/g)).toHaveLength(2);
});

test("the greeting lists topics with their functions, and schedules", async () => {
  cli.write("p/app/gateway.lua", "return {{'GET', '/x', 'x'}}");
  cli.write(
    "p/config/application.yml",
    `spacerVersion: 1
appName: p
topics: [users, mails]
logStorage: {development: {driver: memory}}
events: {users: {APPEND: [welcome, notify]}}
schedules: [{cron: "*/5 * * * *", topic: mails, key: all}]
`,
  );
  await dev("p");
  expect(cli.out).toContain(
    `  GET  /x  -> x

  topic     users        -> welcome, notify
  topic     mails
  schedule  */5 * * * *  -> mails

Try it:  curl`,
  );
});

test("a port in use is told about", async () => {
  await cli.run("init", "hello");
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  expect(await cli.run("dev", "hello", "--port", String(port))).toBe(1);
  expect(cli.err).toBe(
    `spacer: port ${String(port)} is in use by another program\n` +
      `  hint: stop that program or choose another port: --port ${String(port + 1)}\n`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test("a folder that is no project, and wrong settings, are told about", async () => {
  expect(await cli.run("dev")).toBe(1);
  expect(cli.err).toBe(
    "spacer: this is no spacer project: there is no app/gateway.lua\n" +
      "  hint: 'spacer init DIR' makes a project\n",
  );
  cli.clear();
  cli.write("p/config/application.yml", "spacerVersion: 1\n");
  expect(await cli.run("dev", "p")).toBe(1);
  expect(cli.err).toBe(
    "spacer: config/application.yml:1: appName: is missing\n  hint: write appName: my-app\n",
  );
});
