import { openLuaState } from "../../cli/luaState.ts";
import type { LuaState } from "../core/state.ts";
import { startTask } from "../core/task.testkit.ts";
import { LogError, MemoryLog, provideLog, type LogStorage } from "../topics/index.ts";

const topics = [
  { name: "users", partitions: undefined },
  { name: "single", partitions: 1 },
];

function open(log?: LogStorage | (() => Promise<LogStorage>)): LuaState {
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect: "openresty", context });
  if (log !== undefined)
    provideLog(state, typeof log === "function" ? log : () => Promise.resolve(log));
  return state;
}

async function outcomeOf(source: string, state = open(new MemoryLog(topics, () => 1500))) {
  const { outcome } = startTask(state, `local topics = require "topics" ${source}`);
  while (outcome()[0] === "running") await new Promise((resolve) => setImmediate(resolve));
  return outcome();
}

test("what is appended can be read", async () => {
  const source = `
    local results = {topics.append("users", {ann = {age = 5, tags = {"a", "\\195\\188"}}})}
    local event = topics.latest("users", "ann")
    return #results, results[1], event.key, event.value.age, event.value.tags[2], event.offset,
      event.topic, event.timestamp, next(event.headers), event.partition >= 0
  `;
  expect(await outcomeOf(source)).toEqual([
    "ended",
    1,
    "ok",
    "ann",
    5,
    "\u00c3\u00bc",
    0,
    "users",
    1.5,
    undefined,
    true,
  ]);
});

test("a list keeps its order, options are stored and keep to their effect", async () => {
  const source = `
    for _ = 1, 2 do
      topics.append("single", {
        {key = "b", value = 1}, {key = "a", value = false}, {key = "b", value = ngx and ngx.null or require("cjson").null},
      }, {idempotencyKey = "once", headers = {trace = "t"}})
    end
    topics.append("single", {})
    local seen = {}
    for i, event in ipairs(topics.read("single")) do
      seen[i] = event.key .. event.offset .. tostring(event.value) .. event.headers.trace
    end
    local from = topics.read("single", {from = 1, to = 2})
    return table.concat(seen, " "), #from, from[1].key, #topics.read("single", {key = "b", limit = 1}),
      #topics.read("single", {partition = 1}), topics.latest("single", "c")
  `;
  expect(await outcomeOf(source)).toEqual([
    "ended",
    "b01t a1falset b2userdata: NULLt",
    1,
    "a",
    1,
    0,
    undefined,
  ]);
});

test.each([
  [
    "topics.append('user', {k = 1})",
    "program:1: there is no topic 'user' (config/application.yml has users, single)",
  ],
  [
    "topics.append('users', {k = print})",
    /^program:1: bad argument #2 to 'append' \(value of key 'k': .*function/,
  ],
  ["topics.append('users', {k = 0/0})", /value of key 'k': .*(?:NaN|number)/],
  ["topics.append('users', {k = '\\255'})", /value of key 'k': not UTF-8/],
  ["topics.append('users', {['\\255'] = 1})", /a key is not UTF-8/],
  ["topics.append('users', {[{}] = 1})", /a key is a table, not a string/],
  ["topics.append('users', {{value = 1}})", /entry 1 of the list needs a 'key', a string/],
  [
    "topics.append('users', {{key = 'k', value = 1}, {key = 'k'}})",
    /entry 2 of the list needs a 'value'/,
  ],
  [
    "topics.append('users', {k = 'a\\0b'})",
    "program:1: the value of key 'k' has a NUL character, which can't be stored",
  ],
  ["topics.append('users')", /bad argument #2 to 'append' \(table expected/],
  ["topics.append('users', {k = 1}, {headers = {a = 1}})", /'headers' must be UTF-8 strings/],
  ["topics.read('users', {limit = 0})", /'limit' must be from 1 to 10000/],
  ["topics.read('users', {from = -1})", /'from' must be a whole number/],
  ["topics.read('users', {key = 5})", /'key' must be a string/],
  ["topics.latest('users')", /bad argument #2 to 'latest'/],
])("%s", async (call, message) => {
  const [kind, ok, error] = await outcomeOf(`return pcall(function() local _ = ${call} end)`);
  expect([kind, ok]).toEqual(["ended", false]);
  if (typeof message === "string") expect(error).toBe(message);
  else expect(error).toMatch(message);
});

test("nothing of a call that fails is stored", async () => {
  const source = `
    pcall(topics.append, "single", {{key = "a", value = 1}, {key = "b", value = print}})
    return #topics.read("single")
  `;
  expect(await outcomeOf(source)).toEqual(["ended", 0]);
});

test("others run while a log is slow, and a log that can't be opened is an error", async () => {
  let ready: (log: LogStorage) => void = () => undefined;
  const slow = new Promise<LogStorage>((resolve) => {
    ready = resolve;
  });
  const state = open(() => slow);
  const waiting = startTask(state, `return require("topics").append("users", {k = 1})`);
  expect(await outcomeOf("return 1", state)).toEqual(["ended", 1]);
  expect(waiting.outcome()).toEqual(["running"]);
  ready(new MemoryLog(topics));
  await new Promise((resolve) => setImmediate(resolve));
  expect(waiting.outcome()).toEqual(["ended", "ok"]);

  const broken = open(() => Promise.reject(new LogError("can't be reached", "start it")));
  const [, , error] = await outcomeOf("return pcall(topics.latest, 'users', 'k')", broken);
  expect(error).toBe("can't be reached (start it)");
});

test("a program without a project has none", async () => {
  const [, , error] = await outcomeOf("return pcall(topics.read, 'users')", open());
  expect(error).toBe("there are no topics (a project names its topics in config/application.yml)");
});
