import { createProgram } from "../program.testkit.ts";
import { DictError, DictSet, type DictReply, type SharedDict } from "../../../sharedDicts/index.ts";
import { provideSharedDicts } from "./provided.ts";

const SIZE = 1240;

/** @param isAway Whether the dictionary answers later, as one in another process would. */
function lines(source: string, isAway = false): Promise<readonly string[]> | readonly string[] {
  const program = createProgram();
  const here = new DictSet(() => program.clock.nowMs()).configure(new Map([["d", SIZE]]));
  const away: SharedDict = {
    isAway: true,
    request: (request) =>
      Promise.resolve().then((): DictReply => {
        if (request.key === "lost") throw new DictError("out of reach");
        return here.get("d")?.request(request) ?? [];
      }),
  };
  provideSharedDicts(program.state, isAway ? new Map([["d", away]]) : here);
  program.start(`local d = ngx.shared.d ${source}`);
  if (!isAway) {
    program.clock.runAll();
    return program.lines;
  }
  return new Promise((resolve) => setTimeout(resolve, 50)).then(() => program.lines);
}

const BASICS = `
  print(d:set("a", "text"), d:get("a"))
  print(d:set("n", 1.5, 0, 7)) print(d:get("n"))
  print(d:set("b", false)) print(d:get("b"))
  print(d:get("none"), ngx.shared.other)
  print(d:add("a", 1)) print(d:add("c", 1)) print(d:replace("none", 1)) print(d:replace("c", 2))
  print(d:incr("c", 3)) print(d:incr("i", 1)) print(d:incr("i", 1, 10)) print(d:incr("a", 1))
  print(d:delete("a"), d:get("a"))
  print(d:lpush("l", "x")) print(d:rpush("l", 2)) print(d:llen("l"), d:llen("none"))
  print(d:get("l")) print(d:lpush("c", 1)) print(d:lpop("l"), d:rpop("l"), d:rpop("l"), d:llen("l"))
  print(table.concat(d:get_keys(), " "), #d:get_keys(1))
  print(d:capacity(), d:free_space() < 1240)
  print(d:set(nil, 1)) print(d:get("")) print(d:set(("k"):rep(65536), 1)) print(d:set("t", {}))
`;

const EXPECTED = [
  "true text",
  "true nil false",
  "1.5 7",
  "true nil false",
  "false",
  "nil nil",
  "false exists false",
  "true nil false",
  "false not found false",
  "true nil false",
  "5",
  "nil not found",
  "11 nil false",
  "nil not a number",
  "true nil",
  "1",
  "2",
  "2 0",
  "nil value is a list",
  "nil value not a list",
  "x 2 nil 0",
  "c i b n 1",
  "1240 true",
  "nil nil key",
  "nil empty key",
  "nil key too long",
  "nil bad value type",
];

test("what dictionaries do", () => {
  expect(lines(BASICS)).toEqual(EXPECTED);
});

test("calls wait for a dictionary in another process", async () => {
  expect(await lines(BASICS, true)).toEqual(EXPECTED);
});

test("a dictionary that is out of reach gives nil and why; where nobody can wait nothing is done", async () => {
  const source = `
    print(d:get("lost")) print(d:incr("lost", 1, 0)) print(d:lpush("lost", 1)) print(d:set("lost", 1))
    print(pcall(table.sort, {1, 2}, function(a, b) d:incr("n", 1, 0) return a < b end))
    print(d:get("n"))
  `;
  const nothing = "nil out of reach";
  expect(await lines(source, true)).toEqual([
    nothing,
    nothing,
    nothing,
    nothing,
    "false attempt to yield across C-call boundary",
    "nil",
  ]);
});

test("time", () => {
  expect(
    lines(`
      d:set("a", 1, 0.5) d:set("b", 2)
      print(d:ttl("a"), d:ttl("b"), d:ttl("none"))
      ngx.sleep(0.5)
      print(d:get("a")) print(d:get_stale("a")) print(d:get_stale("b")) print(d:ttl("a"))
      print(d:expire("b", 1), d:expire("none", 1))
      print(d:add("a", 3)) print(d:incr("t", 1, 0, 2), d:ttl("t"))
      ngx.sleep(1)
      print(d:get("b")) print(d:flush_expired(), d:flush_expired())
      d:flush_all() print(d:get("a")) print(d:get_stale("a")) print(#d:get_keys(0))
    `),
  ).toEqual([
    "0.5 0 nil not found",
    "nil",
    "1 nil true",
    "2 nil false",
    "nil not found",
    "true nil not found",
    "true nil false",
    "1 2",
    "nil",
    "1 0",
    "nil",
    "3 nil true",
    "0",
  ]);
});

test("what was not used for longest makes room", () => {
  expect(
    lines(`
      local text = ("x"):rep(200)
      for key = 1, 3 do d:set(key, text) end
      d:get(1)
      print(d:safe_set("new", text))
      print(d:set("new", text))
      print(d:get(2), #d:get(1), #d:get(3))
      print(d:set("huge", ("x"):rep(1240)))
      print(#d:get_keys())
      for key = 1, 1000 do d:set("key" .. key, key) end
      print(d:free_space() >= 0, #d:get_keys() < 12)
      d:flush_all() print(d:safe_set("new", text))
    `),
  ).toEqual([
    "false no memory false",
    "true nil true",
    "nil 200 200",
    "false no memory false",
    "3",
    "true true",
    "true nil false",
  ]);
});

test("mistakes of the program", () => {
  expect(
    lines(`
      local function fails(call) print((select(2, pcall(call)):gsub("^program:%d+: ", ""))) end
      fails(function() d.get("a") end)
      fails(function() d:set("a", 1, -1) end)
      fails(function() d:incr("a", {}) end)
      fails(function() d:incr("a", 1, nil, 5) end)
      fails(function() d:expire("a") end)
    `),
  ).toEqual([
    'bad "zone" argument',
    'bad "exptime" argument',
    "bad value arg: number expected, got table",
    'must provide "init" when providing "init_ttl"',
    'bad "exptime" argument',
  ]);
});
