/** What functions learn of clients that go before they have their reply. */
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { LuaTable } from "../../core/table.ts";
import {
  closeAll,
  listenTo,
  openLuaGateway,
  reply,
  type LuaGateway,
} from "./luaGateway.testkit.ts";

afterEach(closeAll);

interface Client {
  readonly opened: LuaGateway;
  readonly socket: Socket;
  /** The value of a field of `shared`. */
  readonly shared: (name: string) => unknown;
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 4000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error("waited in vain");
    await delay(5);
  }
}

/** Sends requests for the functions, by their names, on one connection. */
async function ask(functions: Record<string, string>, ...names: string[]): Promise<Client> {
  const opened = await openLuaGateway(functions);
  const server = await listenTo(opened);
  const socket = connect(server.address.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(names.map((name) => `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
  const shared = (name: string) =>
    (opened.state.globals.getString("shared") as LuaTable).getString(name);
  return { opened, socket, shared };
}

const EXITS = `
  ngx.on_abort(function() shared.told = true ngx.exit(499) end)
  shared.waits = true
  ngx.sleep(60)
  shared.went_on = true`;

test("a function that waits is told, and can end", async () => {
  const { opened, socket, shared } = await ask({ f: EXITS }, "f");
  await until(() => shared("waits") === true);
  socket.destroy();
  await until(() => opened.entries.length === 1);
  expect(opened.entries).toMatchObject([{ status: 499, functionName: "f", failure: undefined }]);
  expect([shared("told"), shared("went_on")]).toEqual([true, undefined]);
});

test("one that stands behind another request is told, too", async () => {
  const slow = "shared.first = true ngx.sleep(0.3) return 1";
  const { opened, socket, shared } = await ask({ slow, f: EXITS }, "slow", "f");
  await until(() => shared("waits") === true);
  socket.destroy();
  await until(() => opened.entries.length === 2);
  expect(opened.entries.map(({ status }) => status)).toEqual([499, 200]);
});

test("one that streams is told, and goes on unless it ends itself", async () => {
  const source = `
    ngx.on_abort(function() shared.told = (shared.told or 0) + 1 ngx.sleep(0.01) shared.slept = true end)
    ngx.say("x") ngx.flush(true)
    while not shared.slept do ngx.sleep(0.01) end
    shared.printed, shared.why = ngx.say("y")
    shared.ended = true`;
  const { opened, socket, shared } = await ask({ f: source }, "f");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  await until(() => opened.entries.length === 1);
  expect(["told", "ended", "printed", "why"].map(shared)).toEqual([
    1,
    true,
    undefined,
    "client aborted",
  ]);
});

test("who asks when the client has gone already is told", async () => {
  const source = `
    shared.waits = true
    while ngx.say("x") do ngx.flush(true) ngx.sleep(0.01) end
    ngx.on_abort(function() shared.told = true ngx.exit(499) end)
    ngx.sleep(60)`;
  const { opened, socket, shared } = await ask({ f: source }, "f");
  await until(() => shared("waits") === true);
  socket.destroy();
  await until(() => opened.entries.length === 1);
  expect(shared("told")).toBe(true);
});

test("an error in it is logged, and changes nothing", async () => {
  const source = `
    ngx.on_abort(function() error("oops") end)
    shared.waits = true
    ngx.sleep(0.2)
    shared.ended = true`;
  const { opened, socket, shared } = await ask({ f: source }, "f");
  await until(() => shared("waits") === true);
  socket.destroy();
  await until(() => opened.entries.length === 1);
  expect(shared("ended")).toBe(true);
  expect(opened.log().join("\n")).toMatch(/app\/f\.lua:2: oops/);
});

test.each([
  ["a reply that is read", "ngx.on_abort(function() shared.told = true end) return 1"],
  [
    "the end of the reply",
    "ngx.on_abort(function() shared.told = true end) ngx.say(1) ngx.eof() ngx.sleep(0.2)",
  ],
])("%s is no reason to call it", async (_what, source) => {
  const { opened, socket, shared } = await ask({ f: source }, "f");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  await until(() => opened.entries.length === 1);
  await delay(30);
  expect(shared("told")).toBeUndefined();
});

test.each([
  ["return {ngx.on_abort(print)}", '{"data":[1]}'],
  [
    "ngx.on_abort(print) return {select('#', ngx.on_abort(print)), select(2, ngx.on_abort(print))}",
    '{"data":[2,"duplicate call"]}',
  ],
  [
    "return select(2, pcall(function() ngx.on_abort(1) end))",
    `{"data":"app/f.lua:1: bad argument #1 to 'on_abort' (function expected, got number)"}`,
  ],
  [
    "return select(2, pcall(function() require('sse').wait(-1) end))",
    `{"data":"app/f.lua:1: bad argument #1 to 'wait' (a time of 0 seconds or more expected)"}`,
  ],
  ["local sse = require('sse') return {sse.closed(), sse.wait(0.001)}", '{"data":[false,true]}'],
])("%s", async (source, body) => {
  expect((await reply(source)).body.trimEnd()).toBe(body);
});

test("sse.wait ends with the client", async () => {
  const source = `
    local sse = require "sse"
    sse.send("x")
    shared.ok, shared.why = sse.wait(60)
    shared.closed = sse.closed()
    shared.again, shared.why_again = sse.wait(60)
    shared.sent, shared.why_not = sse.send("y")`;
  const { opened, socket, shared } = await ask({ f: source }, "f");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  await until(() => opened.entries.length === 1);
  expect(["why", "closed", "why_again", "why_not"].map(shared)).toEqual([
    "client aborted",
    true,
    "client aborted",
    "client aborted",
  ]);
});
