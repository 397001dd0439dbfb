/**
 * What the functions of `ngx.re` return is what OpenResty's documentation and lua-resty-core say; what
 * patterns match is shown by `fixtures/regex`.
 */
import { run } from "./program.testkit.ts";

test("ngx.re.match gives groups by number and name", () => {
  expect(
    run(`
      local m = ngx.re.match("hello, 1234", "([0-9])(?<rest>[0-9]+)")
      print(m[0], m[1], m[2], m.rest)
      m = ngx.re.match("hello, world", "(world)|(hello)|(?<named>howdy)")
      print(m[0], m[1], m[2], m[3], m.named)
      print(ngx.re.match("hello", "[0-9]"), ngx.re.match(12345, "3")[0])
      print(ngx.re.match("x", "(a"))
      m = ngx.re.match("ab", "(?<n>a)(?<n>b)(?<m>c)?", "D")
      print(#m.n, m.n[1], m.n[2], m.m)
      local filled = { old = 1 }
      print(ngx.re.match("abc", "b", "", nil, filled) == filled, filled[0], filled.old)
      print(pcall(ngx.re.match, "x", "x", "jz"))
      print(ngx.re.match("\\255", "u", "u"), ngx.re.match("\\255u", "u", "U")[0])
      print(ngx.re.match(("a"):rep(40), "^(a+)+!"))
    `),
  ).toEqual([
    "1234 1 234 234",
    "hello false hello false false",
    "nil 3",
    'nil pcre2_compile() failed: missing closing parenthesis in "(a"',
    "2 a b nil",
    "true b 1",
    'false unknown flag "z" (flags "jz")',
    "nil u",
    "nil pcre_exec() failed: -47",
  ]);
});

test("a context says where to begin, and is told where to go on", () => {
  expect(
    run(`
      local context = { pos = 2 }
      print(ngx.re.match("1234, hello", "[0-9]+", "", context)[0], context.pos)
      print(ngx.re.match("1234, hello", "[0-9]+", "", context), context.pos)
      context = {}
      print(ngx.re.find("1234, hello", "[a-z]", "jo", context), context.pos)
      context.pos = 100
      print(ngx.re.match("1234", "[0-9]", "", context))
      local tokens = { pos = 1 }
      while true do
        local m = ngx.re.match("ab 12", "[a-z]+|\\\\s|[0-9]", "a", tokens)
        if not m then break end
        print(m[0], tokens.pos)
      end
    `),
  ).toEqual(["234 5", "nil 5", "7 8", "nil pcre_exec() failed: -33", "ab 3", "  4", "1 5", "2 6"]);
});

test("ngx.re.find gives places, of groups too", () => {
  expect(
    run(`
      print(ngx.re.find("hello, 1234", "([0-9])([0-9]+)"))
      print(ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "", nil, 1))
      print(ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "", nil, 2))
      print(ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "", nil, 3))
      print(ngx.re.find("b", "(a)|b", "", nil, 1))
      print(ngx.re.find("b", ""), ngx.re.find("b", "c"))
      print(ngx.re.find("b", "["))
    `),
  ).toEqual([
    "8 11",
    "8 8",
    "9 11",
    "nil nil nth out of bound",
    "nil nil",
    "1 nil",
    'nil nil pcre2_compile() failed: missing terminating ] for character class in "["',
  ]);
});

test("ngx.re.gmatch gives one match after the other", () => {
  expect(
    run(`
      for m in ngx.re.gmatch("hello, world!", "([a-z])[a-z]+", "i") do print(m[0], m[1]) end
      local next = ngx.re.gmatch("ab", "x*")
      print(next()[0] == "", next()[0] == "", next()[0] == "", next(), next())
      print(ngx.re.gmatch("ab", "*"))
    `),
  ).toEqual([
    "hello h",
    "world w",
    "true true true nil nil",
    'nil pcre2_compile() failed: quantifier does not follow a repeatable item in "*" at "*"',
  ]);
});

test("ngx.re.sub and ngx.re.gsub replace", () => {
  expect(
    run(`
      print(ngx.re.sub("hello, 1234", "([0-9])[0-9]", "[$0][$1]"))
      print(ngx.re.sub("hello, 1234", "[0-9]", "\${0}00"), ngx.re.sub("hello, 1234", "[0-9]", "$$"))
      print(ngx.re.sub("ab", "(x)?b", "[$1$2]"), ngx.re.sub("ab", "c", "d"))
      print(ngx.re.sub("a", "a", "$x"))
      print(ngx.re.sub("a", "a", "\${1"))
      print(ngx.re.sub("a", "(", "x"))
      print(ngx.re.gsub("hello, world", "([a-z])[a-z]+", "[$0,$1]", "i"))
      print(ngx.re.gsub("abc", "", "-"), ngx.re.gsub("aab", "a*", "x"), ngx.re.gsub("", "a*", "x"))
      print(ngx.re.gsub("a1", "[0-9]", 7))
    `),
  ).toEqual([
    "hello, [12][1]34 1",
    "hello, 100234 hello, $234 1",
    "a[] ab 0",
    "nil nil failed to compile the replacement template",
    "nil nil failed to compile the replacement template",
    'nil nil pcre2_compile() failed: missing closing parenthesis in "("',
    "[hello,h], [world,w] 2",
    "-a-b-c- xxbx x 1",
    "a7 1",
  ]);
});

test("functions that make replacements may wait, fail and use the same pattern", () => {
  expect(
    run(`
      local function slow(m) ngx.sleep(1) return "<" .. ngx.re.gsub(m[0], "[0-9]", "x") .. m[1] .. ">" end
      print(ngx.re.gsub("a1b22", "([0-9])[0-9]?", slow))
      print(ngx.re.sub("a1b22", "([0-9])[0-9]?", slow))
      print(ngx.re.gsub("ab", ".", function(m) return m[0] == "a" and 1 or nil end))
      print(pcall(ngx.re.gsub, "ab", ".", function() ngx.sleep(1) error("boom", 0) end))
      print(ngx.re.gsub("abc", ".", function(m) return select(2, m[0]:upper(), "?") end))
    `),
  ).toEqual(["a<x1>b<xx2> 2", "a<x1>b22 1", "1nil 2", "false boom", "??? 3"]);
});

test("the module ngx.re splits", () => {
  expect(
    run(`
      local re = require "ngx.re"
      local function show(list, ...) print(type(list) == "table" and "[" .. table.concat(list, "|") .. "]" or list, ...) end
      show(re.split("a,b,c,d", ","))
      show(re.split("a,b;c,,", ",|;"))
      show(re.split("a,b,c,d", ",", nil, { pos = 5 }))
      show(re.split("a,b,c,d", ",", nil, nil, 3))
      show(re.split("a,b,c,", ",", nil, nil, 4))
      show(re.split("a1b2c", "([0-9])"))
      show(re.split("abcd", ""))
      show(re.split("abcd", "", nil, nil, 2))
      show(re.split("aXbxc", "x", "i"))
      show(re.split("", ","))
      show(re.split(",,", ","))
      show(re.split("abc", ","))
      local given = { 1, 2, 3, 4 }
      print(re.split("a,b", ",", nil, nil, nil, given) == given, given[1], given[2], given[3])
      show(re.split("a", "("))
      print(pcall(re.split, "a", ",", nil, nil, nil, 1))
      print(select("#", re.opt("jit_stack_size", 1)), pcall(re.opt, "x"))
    `),
  ).toEqual([
    "[a|b|c|d]",
    "[a|b|c]",
    "[c|d]",
    "[a|b|c,d]",
    "[a|b|c|]",
    "[a|1|b|2|c]",
    "[a|b|c|d]",
    "[a|bcd]",
    "[a|b|c]",
    "[]",
    "[]",
    "[abc]",
    "true a b nil",
    'nil pcre2_compile() failed: missing closing parenthesis in "("',
    "false res is not a table",
    "0 false unrecognized option name",
  ]);
});
