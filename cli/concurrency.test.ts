/** Many requests at once that wait, call one another, fail, are given up or run out of time. */
import { request } from "node:http";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

let cli: TestCli;
let ended: Promise<number>;
let url = "";
/** What begins at once, as its timeout takes long. */
let beyondTimeout: Promise<readonly Answer[]>;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const FILES = {
  "app/gateway.lua": `
    local rows = {}
    for _, name in ipairs({"work", "slow", "seen", "late", "stubborn", "reloaded"}) do
      rows[#rows + 1] = {"GET", "/" .. name .. "/:n", name}
    end
    return rows`,
  "app/work.lua": `
    local flow, steps = require "flow", require "steps"
    return function(args)
      local n, sum = tonumber(args.n), 0
      for i = 1, 3 do
        ngx.sleep((n * i) % 4 / 1000)
        sum = sum + i
      end
      for step in steps(n) do sum = sum + step end
      local ok, reply = pcall(flow.call, "half", {n = n})
      if n % 10 == 0 then error("no " .. n) end
      return {n = n, sum = sum, half = ok and reply or tostring(reply):match("odd %d+")}
    end`,
  "app/half.lua": `
    return function(args)
      ngx.sleep(args.n % 3 / 1000)
      if args.n % 2 == 1 then error("odd " .. args.n) end
      return args.n / 2
    end`,
  "lib/steps.lua": `
    return function(n)
      return coroutine.wrap(function()
        for i = 1, 3 do
          ngx.sleep(0)
          coroutine.yield(n * i)
        end
      end)
    end`,
  "lib/notes.lua": "return {}",
  "app/slow.lua": `
    local notes = require "notes"
    return function(args)
      notes[args.n] = "began"
      ngx.sleep(0.05)
      notes[args.n] = "ended"
    end`,
  "app/seen.lua": 'local notes = require "notes" return function(args) return notes[args.n] end',
  "app/late.lua": `
    local flow, notes = require "flow", require "notes"
    return function(args)
      local ok = pcall(flow.call, "sleeper", {n = args.n})
      notes[args.n] = "went on"
      return ok
    end`,
  "app/stubborn.lua": `
    local flow = require "flow"
    return function(args)
      while true do pcall(flow.call, "sleeper", {n = args.n}) end
    end`,
  "app/sleeper.lua": "return function() pcall(ngx.sleep, 3600) return 'wrong' end",
  "app/reloaded.lua": `
    local notes = require "notes"
    return function(args)
      notes.begun = (notes.begun or 0) + 1
      ngx.sleep(tonumber(args.n))
      return "old"
    end`,
  "config/application.yml":
    "spacerVersion: 1\nappName: project\ngateway: {cpuLimit: 60s, timeout: 4s}\n",
};

beforeAll(async () => {
  cli = createTestCli();
  for (const [path, text] of Object.entries(FILES)) cli.write(path, text);
  ended = cli.run("dev", "--port", "0");
  await waitFor(
    () => cli.out.includes("serving on http"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
  beyondTimeout = Promise.all([get("/late/2"), get("/stubborn/3")]);
});

afterAll(async () => {
  cli.interrupt();
  expect(await ended).toBe(0);
  expect(cli.err).toBe("");
  cli.dispose();
});

async function get(path: string): Promise<Answer> {
  const response = await fetch(url + path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a thousand requests that wait and call others each get their own reply", async () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
  const replies = await Promise.all(numbers.map((n) => get(`/work/${String(n)}`)));
  for (const n of numbers) {
    const reply = replies[n - 1];
    if (n % 10 === 0) {
      expect(reply).toMatchObject({
        status: 500,
        body: { error: `app/work.lua:11: no ${String(n)}` },
      });
      continue;
    }
    const half = n % 2 === 1 ? `odd ${String(n)}` : n / 2;
    expect(reply).toEqual({ status: 200, body: { data: { n, sum: 6 + 6 * n, half } } });
  }
}, 60_000);

test("a function goes on when its client has gone", async () => {
  const seen = async () => (await get("/seen/1")).body["data"];
  const sent = request(`${url}/slow/1`);
  sent.on("error", () => undefined);
  sent.end();
  await waitFor(
    async () => (await seen()) === "began",
    () => cli.out,
  );
  sent.destroy();
  await waitFor(
    async () => (await seen()) === "ended",
    () => cli.out,
  );
});

test("the timeout ends who waits for a call, not only the call", async () => {
  const [late, stubborn] = await beyondTimeout;
  const error = (place: string) => ({ error: `${place}: the timeout of 4 s is over` });
  expect(late).toMatchObject({ status: 504, body: error("app/late.lua:4") });
  expect(stubborn).toMatchObject({ status: 504, body: error("app/stubborn.lua:4") });
  expect((await get("/seen/2")).body["data"]).toBeUndefined();
}, 30_000);

test("requests that wait while the project is reloaded finish on the old code", async () => {
  const waiting = Array.from({ length: 20 }, () => get("/reloaded/1.5"));
  await waitFor(
    async () => (await get("/seen/begun")).body["data"] === 20,
    () => cli.out,
  );
  cli.write("app/reloaded.lua", "return function() return 'new' end");
  await waitFor(
    async () => (await get("/reloaded/0")).body["data"] === "new",
    () => cli.out + cli.err,
  );
  for (const reply of await Promise.all(waiting)) {
    expect(reply).toEqual({ status: 200, body: { data: "old" } });
  }
}, 30_000);
