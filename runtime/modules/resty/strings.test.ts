/** Expected values are those of Python's `hashlib` and `hmac`. */
import { run } from "../ngx/program.testkit.ts";

const HELLO = {
  md5: "5d41402abc4b2a76b9719d911017c592",
  sha1: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
  sha224: "ea09ae9cc6768c50fcee903ed054556e5bfc8347907f12598aa24193",
  sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  sha384:
    "59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f",
  sha512:
    "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
};

test.each(Object.entries(HELLO))("%s of bytes that come in parts", (name, expected) => {
  expect(
    run(`
      local module = require "resty.${name}"
      local to_hex = require("resty.string").to_hex
      local digest, other = module:new(), module.new()
      print(digest:update("hel"), digest:update("lo, world", 2), other:update("\\255"))
      print(to_hex(digest:final()))
      print(to_hex(digest:final()) == to_hex(digest:final()), digest:reset(), digest:update("hello"))
      print(to_hex(digest:final()), digest:final() == other:final())
    `),
  ).toEqual(["true true true", expected, "true true true", `${expected} false`]);
});

test("digests of what is none", () => {
  expect(
    run(`
      local md5 = require "resty.md5"
      print(pcall(md5.update, md5, "a"))
      print(select(2, pcall(function() md5:new():update({}) end)))
      print(select(2, pcall(function() md5:new():update("abc", 4) end)))
      print(select(2, pcall(function() md5:new():update("abc", -1) end)))
    `),
  ).toEqual([
    "false not a digest: call it with ':', on what 'new' gave",
    "program:4: bad argument #1 to 'update' (string expected, got table)",
    "program:5: bad argument #2 to 'update' (out of range)",
    "program:6: bad argument #2 to 'update' (out of range)",
  ]);
});

const HMACS = {
  MD5: "87f9c0d21f3de3666c43b869d4e550f9",
  SHA1: "e74f7d5d33957926375bba03d6f100ff41cd3223",
  SHA224: "d6951c37667a65c334a5e5d0be5f8b3b1b7fcde6d57a9b9447a32ba5",
  SHA256: "9c58bcdd5b9e84f7cca4698ecfb89035b109edc3a4296acb1ac6ef3fcb51b7d6",
  SHA384:
    "e1d9ec2a3f672374625640b10c905d22f62edbe8f2a344f658d40e899e3f153ea4ecd79bdd354f49b55ebf2a8add9101",
  SHA512:
    "25b31233ffbfa1da2a7a0d01c4949d4a9d5a2de04d08b09213c9fb77a59c5ded0cdaebc074f581df950b44d683f15c0434ad4c6ae876cff34c1e02c116422147",
};

test.each(Object.entries(HMACS))("an HMAC with %s", (name, expected) => {
  expect(
    run(`
      local hmac = require "resty.hmac"
      local object = hmac:new("key\\255", hmac.ALGOS.${name})
      print(object:update("hello "), object:final("\\0world", true))
      print(object:update("more"), object:final("more"), object:final(nil, true))
      print(object:reset(), object:update("hello \\0world"))
      print(require("resty.string").to_hex(object:final()))
    `),
  ).toEqual([`true ${expected}`, `false nil ${expected}`, "true true", expected]);
});

test("HMACs of what is none", () => {
  expect(
    run(`
      local hmac = require "resty.hmac"
      print(hmac:new("key"):final("", true) == hmac:new("key", hmac.ALGOS.MD5):final("", true))
      print(select(2, pcall(function() hmac:new("key", "sha3") end)))
      print(select(2, pcall(function() hmac:new() end)))
      print(select(2, pcall(function() hmac:update("a") end)))
    `),
  ).toEqual([
    "true",
    "program:4: bad argument #2 to 'new' (one of hmac.ALGOS expected)",
    "program:5: bad argument #1 to 'new' (string expected, got no value)",
    "program:6: not an HMAC: call it with ':', on what 'new' gave",
  ]);
});

test("resty.string", () => {
  expect(
    run(`
      local text = require "resty.string"
      print(text.to_hex("\\0\\255az"), text.to_hex(""), text.to_hex(12))
      print(text.atoi("0012"), text.atoi("1.5"), text.atoi("-1"), text.atoi(""), text.atoi("1\\n"), text.atoi("9223372036854775808"))
      print(select(2, pcall(function() text.to_hex(nil) end)))
    `),
  ).toEqual([
    "00ff617a  3132",
    "12 -1 -1 -1 -1 -1",
    "program:5: bad argument #1 to 'to_hex' (string expected, got nil)",
  ]);
});

test("resty.random", () => {
  expect(
    run(`
      local random = require "resty.random"
      print(#random.bytes(16), #random.bytes(1000, true), #random.bytes(0), random.bytes(16) == random.bytes(16))
      for _, count in ipairs { -1, 1.5, 2 ^ 40, 0 / 0 } do
        print((select(2, pcall(function() random.bytes(count) end)):gsub(" %(.*", "")))
      end
    `),
  ).toEqual([
    "16 1000 0 false",
    ...Array.from({ length: 4 }, () => "program:5: bad argument #1 to 'bytes'"),
  ]);
});
