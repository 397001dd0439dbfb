import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LuaState, LuaValue } from "../../runtime/index.ts";
import { openLuaState } from "../luaState.ts";
import { setSearchPath } from "../searchPath.ts";
import { complete } from "./complete.ts";
import { completeModule } from "./moduleNames.ts";

async function openState(code: string): Promise<LuaState> {
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect: "luajit", context });
  await state.run(state.load(code, "=test"));
  return state;
}

const PROGRAM = `
  account = {name = "x", list = {{first = 1}}, ["a b"] = {inner = 1}, [1] = 1, ["no name"] = 1}
  local Base = {}
  function Base.create() end
  function Base:deposit() end
  Account = setmetatable({limit = 1, deposit2 = print}, {__index = Base})
  file = io.stdout
  text = "abc"
  number = 5
  guarded = setmetatable({known = 1}, {__index = function() error("called") end})
  cyclic = setmetatable({}, {})
  getmetatable(cyclic).__index = cyclic
  setmetatable(_G, {__index = function() error("called") end})
`;

let state: LuaState;

beforeAll(async () => {
  state = await openState(PROGRAM);
});

test.each([
  ["acc", ["account"], "acc"],
  ["x = acc", ["account"], "acc"],
  ["ret", ["return"], "ret"],
  ["f(els", ["else", "elseif"], "els"],
  ["string.re", ["rep", "reverse"], "re"],
  ["string . re", ["rep", "reverse"], "re"],
  ["account.", ["list", "name"], ""],
  ["x = account.list[1].f", ["first"], "f"],
  ['account["a b"].i', ["inner"], "i"],
  ["Account.", ["create", "deposit", "deposit2", "limit"], ""],
  ["Account:dep", ["deposit", "deposit2"], "dep"],
  ["Account:l", [], "l"],
  ["text:up", ["upper"], "up"],
  ["file:se", ["seek", "setvbuf"], "se"],
  ["guarded.", ["known"], ""],
  ["guarded.unknown.", [], ""],
  ["cyclic.", [], ""],
  ["number.", [], ""],
  ["nothing.x", [], "x"],
  ["_G.accou", ["account"], "accou"],
  ["package.loaded.string.fo", ["format"], "fo"],
  ["flo", ["flow"], "flo"],
  ["flow.ca", ["call"], "ca"],
  ["f().na", [], ""],
  ["('x').na", [], ""],
  ["1", [], ""],
  ["", [], ""],
  ["x + ", [], ""],
  ['"acc', [], ""],
  ['"a" .. acc', ["account"], "acc"],
  ['"it\'s \\" acc', [], ""],
])("%j may become %j", async (text, names, begun) => {
  const flow = (await state.run(state.load("return {call = 1}", "=test")))[0];
  const locals = new Map<string, LuaValue>([["flow", flow]]);
  expect(complete(text, { state, locals })).toEqual({ names, begun });
});

describe("modules", () => {
  const folder = mkdtempSync(join(tmpdir(), "spacer-complete-"));

  beforeAll(() => {
    for (const path of [
      "app/hello.lua",
      "app/users/get.lua",
      "app/users/put.lua",
      "lib/help.lua",
    ]) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    writeFileSync(join(folder, "app/notes.txt"), "");
    setSearchPath(state, ["app/?.lua", "lib/?.lua", "nowhere/?.lua"]);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['require "he', ["hello", "help"], "he"],
    ["f = require('us", ["users."], "us"],
    ['require "users.', ["users.get", "users.put"], "users."],
    ['flow.call("users/g', ["users/get"], "users/g"],
    ['require "str', ["string", "string.buffer"], "str"],
    ['require "n', [], "n"],
  ])("%j may become %j", (text, names, begun) => {
    expect(completeModule(text, { state, folder })).toEqual({ names, begun });
  });

  test.each(["require ", 'print "he', "xrequire 'he", 'require "hello" he'])(
    "not in %j",
    (text) => {
      expect(completeModule(text, { state, folder })).toBeUndefined();
    },
  );
});
