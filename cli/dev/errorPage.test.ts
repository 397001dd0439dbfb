/** The error page of a running development server, as a browser shows it. */
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, startBrowser } from "../chromium.testkit.ts";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

let cli: TestCli;
let ended: Promise<number> | undefined;
let url: string;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "hello");
  cli.clear();
  await start();
});

afterEach(async () => {
  await stop();
  cli.dispose();
});

async function start(port = "0"): Promise<void> {
  ended = cli.run("dev", "hello", "--port", port);
  await waitFor(
    () => cli.out.includes("serving on http"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

async function stop(): Promise<void> {
  cli.interrupt();
  await ended;
}

const BROKEN = "return function(args)\n  return args.a.b\nend\n";
const WORKS = "return function() return 'mended' end\n";

function save(text: string, file = "app/hello.lua"): void {
  cli.write(`hello/${file}`, text);
}

/** Saves a version of the function, and waits until it is served and pages are told so. */
async function saveAndWait(text: string, expected: string): Promise<void> {
  const reloads = () => cli.out.split("reloaded ").length;
  const before = reloads();
  save(text);
  await waitFor(
    () => reloads() > before,
    () => cli.out + cli.err,
  );
  await waitFor(
    async () => (await (await fetch(`${url}/hello`)).text()).includes(expected),
    () => cli.out + cli.err,
  );
}

test("a client that wants HTML gets it, all others JSON, with the same status", async () => {
  await saveAndWait(BROKEN, "attempt to index field 'a'");
  const page = await fetch(`${url}/hello`, { headers: { accept: "text/html" } });
  expect(page.status).toBe(500);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toContain("attempt to index field &#39;a&#39;");
  const json = await fetch(`${url}/hello`);
  expect([json.status, json.headers.get("vary")]).toEqual([500, "Accept"]);
  expect(await json.json()).toMatchObject({ file: "app/hello.lua", line: 2 });
});

test("a route with the path of the feed answers all but event streams", async () => {
  save("return {{'GET', '/.spacer/changes', 'hello'}}", "app/gateway.lua");
  const get = (accept: string) => fetch(`${url}/.spacer/changes`, { headers: { accept } });
  await waitFor(
    async () => (await get("*/*")).status === 200,
    () => cli.out + cli.err,
  );
  expect(await (await get("application/json")).json()).toEqual({ data: "Hello from Spacer!" });
  const stream = await get("text/event-stream");
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  await stream.body?.cancel();
});

test("open pages do not hold up the end of the server", async () => {
  const streams = await Promise.all(
    Array.from({ length: 50 }, () =>
      fetch(`${url}/.spacer/changes`, { headers: { accept: "text/event-stream" } }),
    ),
  );
  const startedMs = performance.now();
  await stop();
  expect(performance.now() - startedMs).toBeLessThan(1000);
  for (const stream of streams) expect(await stream.text()).toMatch(/^retry: 500\nevent: state\n/);
});

describeInBrowser("in a browser", () => {
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let requests: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  }, 30_000);

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    [problems, requests] = [[], []];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (!message.text().startsWith("Failed to load resource")) problems.push(message.text());
    });
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  });

  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  const text = () => page.locator("body").innerText();
  const isLive = () => page.locator("#state.live").waitFor();

  async function turnsInto(expected: string): Promise<void> {
    await waitFor(
      async () => (await text().catch(() => "")).includes(expected),
      () => `${expected} was awaited\n${cli.out}${cli.err}`,
    );
  }

  test("shows the code around the error, and each call with its own when opened", async () => {
    save("local M = {}\nfunction M.get(t)\n  return t.b.c\nend\nreturn M\n", "lib/deep.lua");
    const source =
      "local deep = require 'deep'\nreturn function(args)\n  return {deep.get(args)}\nend\n";
    await saveAndWait(source, "lib/deep.lua:3");
    const reply = await page.goto(`${url}/hello?x=1`);
    expect(reply?.status()).toBe(500);
    expect(await page.locator("h1").innerText()).toBe("attempt to index field 'b' (a nil value)");
    expect(await page.locator("figure.code").first().locator(".marked").innerText()).toMatch(
      /3\s*return t\.b\.c/,
    );
    const call = page.locator(".traceback details").nth(1);
    expect(await call.locator(".marked").isVisible()).toBe(false);
    await call.locator("summary").click();
    expect(await call.locator(".marked").innerText()).toMatch(/3\s*return \{deep\.get\(args\)\}/);
    expect(await text()).toContain('"x": "1"');
  });

  test("turns into the reply when the file is mended, and asks once per change until then", async () => {
    await saveAndWait(BROKEN, "attempt to index field 'a'");
    await page.goto(`${url}/hello`);
    await isLive();
    await new Promise((wake) => setTimeout(wake, 700));
    // The feed is no resource that is loaded again; an error that stays is not asked for again.
    expect(requests).toEqual(["/hello", "/.spacer/changes"]);
    save("return function(args)\n  return args.other.b\nend\n");
    await turnsInto("attempt to index field 'other'");
    await isLive();
    save(WORKS);
    await turnsInto('{"data":"mended"}');
    expect(requests.filter((path) => path === "/hello").length).toBeLessThanOrEqual(5);
  });

  test("outlives a restart of the server", async () => {
    await saveAndWait(BROKEN, "attempt to index field 'a'");
    await page.goto(`${url}/hello`);
    await isLive();
    await stop();
    await turnsInto("the server is away");
    save(WORKS);
    const again = createTestCli();
    const port = new URL(url).port;
    const restarted = again.run("dev", `${cli.cwd}/hello`, "--port", port);
    try {
      await turnsInto('{"data":"mended"}');
    } finally {
      again.interrupt();
      await restarted;
      again.dispose();
    }
  });

  test("does not send a form again by itself", async () => {
    save("return {{'ANY', '/hello', 'hello'}}", "app/gateway.lua");
    await saveAndWait(BROKEN, "attempt to index field 'a'");
    await page.setContent(`<form method="post" action="${url}/hello"><button>go</button></form>`);
    await page.click("button");
    await isLive();
    expect(await page.locator("#again").isVisible()).toBe(false);
    requests = [];
    save(WORKS);
    await page.locator("#again").waitFor();
    expect(requests).toEqual([]);
  });

  test("copies the path of the file", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await saveAndWait(BROKEN, "attempt to index field 'a'");
    await page.goto(`${url}/hello`);
    await page.locator("figure.code button").first().click();
    await turnsInto("copied");
    const copied = await page.evaluate("navigator.clipboard.readText()");
    expect(copied).toBe(`${cli.cwd}/hello/app/hello.lua:2`);
  });

  test("a page that nobody sees gives up its connection", async () => {
    await saveAndWait(BROKEN, "attempt to index field 'a'");
    await page.goto(`${url}/hello`);
    await isLive();
    const hide = (isHidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { value: ${String(isHidden)}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`);
    await hide(true);
    save(WORKS);
    await waitFor(
      () => cli.out.split("reloaded app/hello.lua").length > 2,
      () => cli.out,
    );
    await new Promise((wake) => setTimeout(wake, 200));
    expect(await text()).toContain("attempt to index field");
    await hide(false);
    await turnsInto('{"data":"mended"}');
  });

  test("a gateway file that is broken from the start: the page turns into the reply", async () => {
    await stop();
    cli.dispose();
    cli = createTestCli();
    cli.write("hello/app/hello.lua", WORKS);
    cli.write("hello/app/gateway.lua", "return {\n  {'GET' '/hello', 'hello'}\n}\n");
    await start();
    await page.goto(`${url}/hello`);
    expect(await text()).toContain("every path answers with this error");
    expect(await page.locator(".marked u").innerText()).toContain("'/hello'");
    await isLive();
    save("return {\n  {'GET', '/hello', 'hello'}\n}\n", "app/gateway.lua");
    await turnsInto('{"data":"mended"}');
  });

  test("a path without a route lists those that there are", async () => {
    await page.goto(`${url}/nowhere`);
    await page.locator(".routes a").click();
    await turnsInto("Hello from Spacer!");
  });
});
