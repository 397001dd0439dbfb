/** What a save changes and what it leaves alone, seen from outside. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

jest.setTimeout(30_000);

let cli: TestCli;
let ended: Promise<number>;
let url: string;

beforeEach(() => {
  cli = createTestCli();
  cli.write("config/application.yml", "spacerVersion: 1\nappName: reload\n");
});

afterEach(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

/** @param names Of functions that get a route. */
async function serve(...names: string[]): Promise<void> {
  writeRoutes(...names);
  ended = cli.run("dev", "--port", "0");
  await waitFor(
    () => cli.out.includes("serving on http"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

function writeRoutes(...names: string[]): void {
  const rows = names.map((name) => `{"GET", "/${name}", "${name}"}`);
  cli.write("app/gateway.lua", `return {${rows.join(", ")}}`);
}

/** What a function returns; the whole reply when it fails. */
async function call(path: string): Promise<unknown> {
  const reply = (await (await fetch(`${url}/${path}`)).json()) as { data?: unknown };
  return "data" in reply ? reply.data : reply;
}

async function answers(path: string, expected: unknown): Promise<void> {
  let last: unknown;
  await waitFor(
    async () => JSON.stringify((last = await call(path))) === JSON.stringify(expected),
    () => `${path} answers ${JSON.stringify(last)}\n${cli.out}${cli.err}`,
  );
}

async function reloaded(path: string): Promise<void> {
  await waitFor(
    () => cli.out.includes(`reloaded ${path}`),
    () => cli.out + cli.err,
  );
}

const COUNTER = "local n = 0 return function() n = n + 1 return n end";

test("modules that neither changed nor depend on a change keep their state", async () => {
  cli.write("lib/counter.lua", COUNTER);
  cli.write(
    "app/count.lua",
    "local count = require 'counter' return function() return count() end",
  );
  cli.write("app/other.lua", "return function() return 'one' end");
  await serve("count", "other");
  expect(await call("count")).toBe(1);
  await answers("other", "one");
  cli.write("app/other.lua", "return function() return 'two' end");
  await answers("other", "two");
  expect(await call("count")).toBe(2);
  // What it is used by has no part in its state.
  cli.write(
    "app/count.lua",
    "local count = require 'counter' return function() return -count() end",
  );
  await reloaded("app/count.lua");
  expect(await call("count")).toBe(-3);
  cli.write("lib/counter.lua", `${COUNTER} -- changed`);
  await reloaded("lib/counter.lua");
  expect(await call("count")).toBe(-1);
  // The gateway is made anew, and nothing else.
  cli.clear();
  writeRoutes("count");
  await reloaded("app/gateway.lua");
  expect(await call("other")).toEqual({ error: "not found" });
  expect(await call("count")).toBe(-2);
});

test("a file that was broken for a while, and then is what it was, keeps its state", async () => {
  const text = "local n = 0 return function() n = n + 1 return n end";
  cli.write("app/count.lua", text);
  await serve("count");
  expect(await call("count")).toBe(1);
  cli.write("app/count.lua", `${text} x y`);
  await waitFor(
    () => cli.err.includes("app/count.lua:1:"),
    () => cli.out + cli.err,
  );
  expect(await call("count")).toBe(2);
  cli.write("app/count.lua", text);
  await reloaded("app/count.lua");
  expect(await call("count")).toBe(3);
});

test("all that depend on a change are loaded again, however they require", async () => {
  const at = { plain: "require 'base'", called: "(function() return require('base') end)()" };
  cli.write("lib/base.lua", "return 'one'");
  cli.write("lib/middle.lua", "return {base = require 'base'}");
  cli.write("app/chain.lua", "local m = require 'middle' return function() return m.base end");
  cli.write("app/plain.lua", `local base = ${at.plain} return function() return base end`);
  cli.write("app/called.lua", `local base = ${at.called} return function() return base end`);
  cli.write(
    "app/late.lua",
    "local base return function() base = base or require 'base' return base end",
  );
  cli.write(
    "app/named.lua",
    "local base return function() base = base or require('ba' .. 'se') return base end",
  );
  cli.write(
    "app/doing.lua",
    "local base = dofile('lib/base.lua') return function() return base end",
  );
  await serve("chain", "plain", "called", "named", "late", "doing");
  const names = ["named", "chain", "plain", "called", "late", "doing"];
  for (const name of names) expect([name, await call(name)]).toEqual([name, "one"]);
  cli.write("lib/base.lua", "return 'two'");
  for (const name of names) await answers(name, "two");
});

/** What a function prints that is called. */
async function untilItRuns(): Promise<void> {
  await waitFor(
    () => cli.out.includes("it runs"),
    () => cli.out + cli.err,
  );
}

test("a request in progress finishes on the code it began with, with all its modules", async () => {
  cli.write("lib/early.lua", "return 'early one'");
  cli.write("lib/late.lua", "return 'late one'");
  cli.write("lib/unseen.lua", "return 'unseen one'");
  cli.write(
    "app/slow.lua",
    `local early = require 'early'
     return function()
       local before = require 'late'
       print('it runs')
       ngx.sleep(0.4)
       return {early, before, require 'late', require 'unseen', require('flow').call('callee')}
     end`,
  );
  cli.write("app/callee.lua", "return function() return 'callee one' end");
  cli.write("app/see.lua", "local m = require 'unseen' return function() return m end");
  await serve("slow", "callee", "see");
  const slow = call("slow");
  await untilItRuns();
  for (const name of ["early", "late", "unseen"])
    cli.write(`lib/${name}.lua`, `return '${name} two'`);
  cli.write("app/callee.lua", "return function() return 'callee two' end");
  await answers("callee", "callee two");
  // Others have loaded it before the slow one asks.
  await answers("see", "unseen two");
  expect(await slow).toEqual(["early one", "late one", "late one", "unseen one", "callee one"]);
  expect(await call("slow")).toEqual([
    "early two",
    "late two",
    "late two",
    "unseen two",
    "callee two",
  ]);
});

test("a suspended handler resumes although its file is gone", async () => {
  cli.write("app/slow.lua", "return function() print('it runs') ngx.sleep(0.2) return 'one' end");
  await serve("slow");
  const slow = call("slow");
  await untilItRuns();
  rmSync(join(cli.cwd, "app/slow.lua"));
  await reloaded("app/slow.lua");
  expect(await slow).toBe("one");
  expect(await call("slow")).toMatchObject({
    error: expect.stringContaining("module 'slow' not found") as unknown,
  });
});

test("timers end with the module that planned them, and go on with one that stays", async () => {
  const ticking = (name: string) =>
    `local ticks = require 'ticks'
     ngx.timer.every(0.01, function(premature)
       if premature then ticks['${name}'] = 'ended' else ticks.${name} = (ticks.${name} or 0) + 1 end
     end)
     return function() return '${name}' end`;
  cli.write("lib/ticks.lua", "return {}");
  cli.write("app/seen.lua", "local ticks = require 'ticks' return function() return ticks end");
  cli.write("app/first.lua", ticking("first"));
  cli.write("app/second.lua", ticking("second"));
  await serve("seen", "first", "second");
  await call("first");
  await call("second");
  cli.write("app/first.lua", "return function() return 'changed' end");
  await answers("first", "changed");
  const seen = (await call("seen")) as { first: unknown; second?: number };
  expect(seen.first).toBe("ended");
  const before = seen.second ?? 0;
  await waitFor(
    async () => (((await call("seen")) as { second?: number }).second ?? 0) > before + 3,
    () => cli.out,
  );
});

test("a global that is no longer set is gone, and those who wait do not miss it", async () => {
  cli.write("lib/globals.lua", "greeting = 'hello'");
  cli.write("app/greet.lua", "require 'globals' return function() return tostring(greeting) end");
  cli.write(
    "app/slow.lua",
    "require 'globals' return function() ngx.sleep(0.3) return tostring(greeting) end",
  );
  await serve("greet", "slow");
  expect(await call("greet")).toBe("hello");
  const slow = call("slow");
  await new Promise((resolve) => setTimeout(resolve, 50));
  cli.write("lib/globals.lua", "-- nothing");
  await answers("greet", "nil");
  expect(await slow).toBe("hello");
  expect(cli.out).toContain("lib/globals.lua sets the global 'greeting'");
});

test("what is no longer put into global tables is gone; what requests put into ngx is no matter", async () => {
  cli.write("lib/marks.lua", "_G.legacy = 'v1' function string.extra() return 'extra' end");
  cli.write(
    "app/seen.lua",
    "require 'marks' return function() ngx.status = 200 return tostring(legacy) .. type(string.extra) end",
  );
  await serve("seen");
  expect(await call("seen")).toBe("v1function");
  cli.write("lib/marks.lua", "-- nothing");
  await answers("seen", "nilnil");
  expect(cli.out).toContain("lib/marks.lua sets fields of the global '_G'");
  cli.clear();
  cli.write("app/seen.lua", "return function() ngx.status = 200 return 'changed' end");
  await answers("seen", "changed");
  cli.write("app/seen.lua", "return function() ngx.status = 200 return 'again' end");
  await answers("seen", "again");
  expect(cli.out).not.toContain("loaded anew");
});

test("what require finds changes with the files that are there", async () => {
  cli.write("lib/util.lua", "return 'lib'");
  cli.write("app/use.lua", "local util = require 'util' return function() return util end");
  cli.write(
    "app/maybe.lua",
    "local ok, m = pcall(require, 'optional') return function() return ok and m or 'none' end",
  );
  await serve("use", "maybe");
  expect([await call("use"), await call("maybe")]).toEqual(["lib", "none"]);
  cli.write("app/util.lua", "return 'app'");
  await answers("use", "app");
  cli.write("lib/optional.lua", "return 'there'");
  await answers("maybe", "there");
  rmSync(join(cli.cwd, "app/util.lua"));
  await answers("use", "lib");
  renameSync(join(cli.cwd, "lib/optional.lua"), join(cli.cwd, "lib/renamed.lua"));
  await answers("maybe", "none");
});

test("a file that a module reads while it is loaded counts as a part of it", async () => {
  cli.write("lib/words.txt", "one");
  cli.write(
    "app/words.lua",
    "local text = io.open('lib/words.txt'):read('*a') return function() return text end",
  );
  await serve("words");
  expect(await call("words")).toBe("one");
  cli.write("lib/words.txt", "two");
  await answers("words", "two");
});

test("500 files that change at once are served as they are in the end, without a fresh start", async () => {
  const text = (file: number, version: number) =>
    `return function() return '${String(version)} of ${String(file)}' end`;
  const names = Array.from({ length: 500 }, (_, file) => `f${String(file)}`);
  names.forEach((name, file) => {
    cli.write(`app/${name}.lua`, text(file, 0));
  });
  await serve(...names);
  await Promise.all(names.map((name) => call(name)));
  for (let version = 1; version <= 3; version++) {
    names.forEach((name, file) => {
      writeFileSync(join(cli.cwd, `app/${name}.lua`), text(file, version));
    });
  }
  for (const [file, name] of names.entries()) await answers(name, `3 of ${String(file)}`);
}, 180_000);

test("what it writes itself, and what no module reads, is not told", async () => {
  cli.write("app/quiet.lua", "return function() return 1 end");
  await serve("quiet");
  mkdirSync(join(cli.cwd, ".spacer/cache/app"), { recursive: true });
  cli.write(".spacer/cache/app/quiet.lua", "broken broken");
  cli.write("logs/access.log", "line");
  // What sed, say, leaves for a moment.
  cli.write("app/sedX1yz", "return function() return 2 end");
  cli.write("app/quiet.lua", "return function() return 2 end");
  await answers("quiet", 2);
  expect(cli.err).toBe("");
  expect(cli.out.match(/^reloaded/gm)).toHaveLength(1);
});
