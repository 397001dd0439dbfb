/** Expected bytes are those of `openssl enc`, with `gcm` of Python's `cryptography`. */
import { run } from "../ngx/program.testkit.ts";

const PRELUDE = `
  local aes = require "resty.aes"
  local to_hex = require("resty.string").to_hex
`;

test("keys that are derived from passwords", () => {
  expect(
    run(`${PRELUDE}
      local plain = aes:new("secret")
      print(to_hex(plain:encrypt("hello")), plain:decrypt(plain:encrypt("hello")))
      print(to_hex(aes:new("secret", "WhatSalt"):encrypt("hello")))
      print(to_hex(aes:new("secret", nil, aes.cipher(256, "ecb"), aes.hash.sha1):encrypt("hello")))
      local unpadded = aes:new("secret", "WhatSalt", aes.cipher(256), aes.hash.sha256, 3, nil, false)
      print(to_hex(unpadded:encrypt("0123456789abcdef")), unpadded:decrypt(unpadded:encrypt("0123456789abcdef")))
      print(unpadded:encrypt("0123"))
    `),
  ).toEqual([
    "7b47a4dbb11e2cddb2f3740c9e3a552b hello",
    "f72db89f8e19326d8da4928be106705c",
    "927148b31f0e89696a222489403f540d",
    "ee8198802c34d56a917077339211058e 0123456789abcdef",
    "nil the message does not fill whole blocks",
  ]);
});

const STREAMS = {
  cfb1: "537743be6727e9a10c213618942bc83bd357bad073b19323a6ac3a5f",
  cfb8: "3b3105442b522496070c0c49ce5f11a72e3ec7e3c245a3c1192eac75",
  cfb128: "3bfdf44c93ab176a657f04891c6d2481dc62e97ea2a71371d73b7ea8",
  ofb: "3bfdf44c93ab176a657f04891c6d24814a9ea7fb217fc2fa62a52acc",
  ctr: "3bfdf44c93ab176a657f04891c6d2481aef361f48a01efe87ef470af",
};

test.each(Object.entries(STREAMS))("mode %s", (mode, expected) => {
  expect(
    run(`${PRELUDE}
      local cipher = aes:new("secret", "WhatSalt", aes.cipher(192, "${mode}"), aes.hash.sha512)
      local encrypted = cipher:encrypt("a longer message, two blocks")
      print(to_hex(encrypted), cipher:decrypt(encrypted))
    `),
  ).toEqual([`${expected} a longer message, two blocks`]);
});

test("gcm tells when anything was changed", () => {
  expect(
    run(`${PRELUDE}
      local cipher = aes:new("secret", "WhatSalt", aes.cipher(256, "gcm"), aes.hash.sha512, 2)
      local sealed = cipher:encrypt("hello", "more")
      print(to_hex(sealed[1]), to_hex(sealed[2]), cipher:decrypt(sealed[1], sealed[2], "more"))
      print(cipher:decrypt(sealed[1], sealed[2], "less"))
      print(cipher:decrypt("jello", sealed[2], "more"))
      print(cipher:decrypt(sealed[1], sealed[2]:sub(1, 4), "more"))
      print(cipher:decrypt(sealed[1]))
      local raw = aes:new(("k"):rep(16), nil, aes.cipher(128, "gcm"), { iv = ("i"):rep(12) })
      sealed = raw:encrypt("hello")
      print(to_hex(sealed[1] .. sealed[2]), raw:decrypt(sealed[1], sealed[2]))
    `),
  ).toEqual([
    "dcaaa9a204 e88abd9197156d8aeb1a140ddb60f39d hello",
    ...Array.from({ length: 4 }, () => "nil failed to decrypt: another key, or changed bytes"),
    "75814a67739369afbb9988067fef4460cb8236493f hello",
  ]);
});

test("keys as they are", () => {
  expect(
    run(`${PRELUDE}
      local iv = ("i"):rep(16)
      local cipher = aes:new(("k"):rep(16), nil, nil, { iv = iv })
      print(cipher:decrypt(cipher:encrypt("hello")))
      local md5 = function(key) return require("resty.md5") and ngx.md5_bin(key) end
      local hashed = aes:new("any key", nil, nil, { iv = iv, method = md5 })
      print(hashed:decrypt(hashed:encrypt("hello")), cipher:decrypt(hashed:encrypt("hello")))
      print(aes:new("short", nil, nil, { iv = iv }))
      print(aes:new("short", nil, nil, { iv = iv, method = function() end }))
      print(aes:new(("k"):rep(16), nil, nil, {}))
      print(aes:new(("k"):rep(16), nil, nil, { iv = "short" }))
      print(aes:new(("k"):rep(16), nil, aes.cipher(128, "gcm"), { iv = "" }))
    `),
  ).toEqual([
    "hello",
    "hello nil failed to decrypt: another key, or changed bytes",
    "nil bad key length",
    "nil bad key length",
    "nil iv is needed",
    "nil bad iv length",
    "nil bad iv length",
  ]);
});

test("what does not fit together", () => {
  expect(
    run(`${PRELUDE}
      print(aes:new("secret", "Oversized!"))
      print(aes:new("secret", "abc"))
      print(aes.cipher(129), aes.cipher(128, "xts"), aes.cipher(128, "constructor"))
      local cipher = aes.cipher()
      print(cipher.size, cipher.cipher, cipher.method)
      local function fails(...)
        local values = { ... }
        print((select(2, pcall(function() local new = aes:new(unpack(values, 1, 5)) return new end))))
      end
      fails()
      fails("secret", nil, {})
      fails("secret", nil, nil, "sha3")
      fails("secret", nil, nil, nil, 0)
      fails("secret", nil, nil, nil, 1e9)
      print(select(2, pcall(function() return (aes:encrypt("a")) end)))
    `).map((line) => line.replace(/^program:\d+: /, "")),
  ).toEqual([
    "nil salt must be 8 characters or nil",
    "nil salt must be 8 characters or nil",
    "nil nil nil",
    "128 cbc aes-128-cbc",
    "bad argument #1 to 'new' (string expected, got no value)",
    "bad argument #3 to 'new' (what aes.cipher gives expected)",
    "bad argument #4 to 'new' (one of aes.hash, or a table, expected)",
    "bad argument #5 to 'new' (must be a whole number from 1 to 1000000)",
    "bad argument #5 to 'new' (must be a whole number from 1 to 1000000)",
    "not a cipher: call it with ':', on what 'new' gave",
  ]);
});
