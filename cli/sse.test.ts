/** Server-sent events: what is sent, byte by byte, and what browsers make of it. */
import { connect } from "node:net";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";
import { describeInBrowser, startBrowser } from "./chromium.testkit.ts";

jest.setTimeout(60_000);

let cli: TestCli;
let ended: Promise<number>;
let url = "";

async function serve(source: string): Promise<void> {
  cli = createTestCli();
  cli.write(
    "app/gateway.lua",
    'return {{"GET", "/events", "events"}, {"GET", "/page", "page"}, {"GET", "/told", "told"}}',
  );
  cli.write("app/events.lua", `local sse = require "sse"\nreturn function(args) ${source} end`);
  cli.write(
    "app/page.lua",
    'return function() ngx.header.content_type = "text/html" ngx.say("<p>") end',
  );
  cli.write("lib/shared.lua", "return {}");
  cli.write("app/told.lua", 'return function() return require("shared").told or "nothing" end');
  ended = cli.run("start", "--port", "0");
  await waitFor(
    () => /serving .*http/.test(cli.out),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

afterEach(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

async function stream(): Promise<Response> {
  return await fetch(`${url}/events`, { headers: { "last-event-id": "41" } });
}

test("events have the form of the standard", async () => {
  await serve(`
    sse.send{event = "greeting", data = "one\\ntwo\\r\\nthree\\rfour", id = sse.last_id() + 1, retry = 2000}
    sse.send("text")
    sse.send{data = {a = {1, true}}}
    sse.send{event = "bare"}
    sse.send{id = "7"}
    sse.comment("still here")
    sse.comment()
    sse.send{data = ""}`);
  const response = await stream();
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(await response.text()).toBe(
    "id: 42\nevent: greeting\nretry: 2000\ndata: one\ndata: two\ndata: three\ndata: four\n\n" +
      "data: text\n\n" +
      'data: {"a":[1,true]}\n\n' +
      "event: bare\ndata: \n\nid: 7\n\n: still here\n\n: \n\ndata: \n\n",
  );
});

test.each([
  [
    "sse.send{evnt = 1}",
    "app/events.lua:2: unknown field 'evnt'; events have event, data, id and retry",
  ],
  ["sse.send{}", "app/events.lua:2: an event has at least one of event, data, id and retry"],
  ["sse.send{id = 'a\\nb', data = 1}", "app/events.lua:2: 'id' has a line break or a NUL in it"],
  ["sse.send{event = {}, data = 1}", "app/events.lua:2: 'event' is a table, not a string"],
  ["sse.send{retry = 1.5}", "app/events.lua:2: 'retry' is a whole number of milliseconds"],
  ["ngx.say('x') ngx.flush() sse.send(1)", undefined],
])("%s is refused", async (source, message) => {
  await serve(source);
  if (message === undefined) {
    await expect(stream().then((response) => response.text())).rejects.toThrow();
    expect(cli.out + cli.err).toContain("the reply has begun already");
    return;
  }
  const response = await stream();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ error: message });
});

test("a function learns that its client is gone", async () => {
  await serve(`
    for count = 1, 1000 do
      local ok, problem = sse.send{data = count}
      if not ok then require("shared").told = problem .. " " .. (count > 1 and "later" or "at once") return end
      ngx.sleep(0.01)
    end`);
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  const told = async () => ((await (await fetch(`${url}/told`)).json()) as { data: string }).data;
  await waitFor(
    async () => (await told()) === "client aborted later",
    () => cli.out + cli.err,
  );
});

test("a client that does not read keeps the function waiting, not the memory filling", async () => {
  await serve(`
    local shared, piece = require("shared"), ("x"):rep(100000)
    for count = 1, 2000 do
      shared.told = count
      if not sse.send{data = piece} then return end
    end
    shared.told = "all"`);
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  socket.pause();
  const told = async () => ((await (await fetch(`${url}/told`)).json()) as { data: unknown }).data;
  let last: unknown;
  await waitFor(
    async () => {
      const before = last;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return typeof (last = await told()) === "number" && last === before;
    },
    () => `told ${String(last)}`,
  );
  expect(last).toBeLessThan(500);
  socket.destroy();
});

describeInBrowser("in a browser", () => {
  test("EventSource gets events of all kinds, and goes on where it was when it connects again", async () => {
    await serve(`
      local from = tonumber(sse.last_id() or 0)
      if from >= 4 then sse.send{event = "done", data = tostring(from)} return end
      sse.send{retry = 10}
      sse.send{id = from + 1, data = "a\\nb"}
      sse.send{id = from + 2, event = "other", data = {n = from + 2}}`);
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${url}/page`);
      const seen = await page.evaluate(`new Promise((resolve) => {
        const seen = [];
        const source = new EventSource("/events");
        source.onmessage = ({ data, lastEventId }) => seen.push([data, lastEventId]);
        source.addEventListener("other", ({ data, lastEventId }) => seen.push([JSON.parse(data).n, lastEventId]));
        source.addEventListener("done", ({ data }) => { source.close(); resolve([...seen, data]); });
      })`);
      expect(seen).toEqual([["a\nb", "1"], [2, "2"], ["a\nb", "3"], [4, "4"], "4"]);
    } finally {
      await browser.close();
    }
  });
});
