import { createProgram, run } from "../ngx/program.testkit.ts";

test("forgets what was not used for longest", () => {
  expect(
    run(`
      local lrucache = require "resty.lrucache"
      local cache = lrucache.new(3)
      for key = 1, 3 do cache:set(key, key * 10) end
      print((cache:get(1)), cache:count(), cache:capacity())
      cache:set("new", { 1 })
      print(cache:get(2), cache:get(1), #cache:get("new"))
      print(table.concat(cache:get_keys(), " "), #cache:get_keys(2), #cache:get_keys(0))
      cache:set(1, false)
      print(cache:get(1))
      print(cache:delete(1), cache:delete(1), cache:get(1))
      cache:flush_all()
      print(cache:count(), cache:get("new"), #cache:get_keys())
      print(lrucache.new(0))
      print(require "resty.lrucache.pureffi" == lrucache)
    `),
  ).toEqual([
    "10 3 3",
    "nil 10 1",
    "new 1 3 2 3",
    "false nil 0",
    "true false nil",
    "0 nil 0",
    "nil size too small",
    "true",
  ]);
});

test("values of any kind, keys of any kind, flags", () => {
  expect(
    run(`
      local cache = require("resty.lrucache").new(10)
      local key, value = {}, function() end
      cache:set(key, value, nil, 7)
      cache:set("1", "text") cache:set(1, "number") cache:set(true, "boolean")
      local found, stale, flags = cache:get(key)
      print(found == value, stale, flags, cache:get("1"), cache:get(1), cache:get(true))
      cache:set("f", 1, nil, -1) print(select(3, cache:get("f")))
      cache:set("f", 1, nil, "x") print(select(3, cache:get("f")))
      local list = cache:get_keys(1, { 1, 2, 3 })
      print(list[1], list[2], list[3])
      print(select(2, pcall(function() cache:set(nil, 1) end)))
      print(select(2, pcall(function() cache:set(0 / 0, 1) end)))
      print(select(2, pcall(function() cache.get("f") end)))
    `),
  ).toEqual([
    "true nil 7 text number boolean nil 0",
    "0",
    "0",
    "f nil 3",
    "program:12: table index is nil",
    "program:13: table index is NaN",
    "program:14: not a cache: call it with ':', on what 'new' gave",
  ]);
});

test("time that is over leaves a stale value", () => {
  const program = createProgram();
  program.start(`
    local cache = require("resty.lrucache").new(10)
    cache:set("a", 1, 0.5, 3)
    cache:set("b", 2)
    print(cache:get("a"))
    ngx.sleep(0.5)
    print(cache:get("a"))
    ngx.sleep(0.001)
    print(cache:get("a"))
    print(cache:get("b"))
    cache:set("a", 1)
    print(cache:get("a"))
  `);
  program.clock.runAll();
  expect(program.lines).toEqual(["1 nil 3", "1 nil 3", "nil 1 3", "2 nil 0", "1 nil 0"]);
});

test("a full cache stays as large as it is, whatever is stored", () => {
  expect(
    run(`
      local cache = require("resty.lrucache").new(5)
      for key = 1, 1000 do cache:set(key % 7, key) end
      print(cache:count())
      cache:set("nothing", nil)
      print(cache:get("nothing"))
      print(cache:count())
    `),
  ).toEqual(["5", "nil nil 0", "5"]);
});
