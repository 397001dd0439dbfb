/**
 * Expected values are those of OpenResty's documentation, of published test vectors (RFC 1321, 2202,
 * 3174, 4648, 9110), and what `openssl`, Python's `zlib` and `base64` give.
 */
import { run } from "../program.testkit.ts";

/** What a program prints. */
function lines(source: string): readonly string[] {
  return run(`
    local function fails(callee, ...)
      local _, message = pcall(function(...) local x = callee(...) return x end, ...)
      print((message:gsub("^program:%d+: ", "")))
    end
    local function hex(bytes)
      return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
    end
    ${source}`);
}

test("base64", () => {
  expect(
    lines(`
      for _, text in ipairs { "", "f", "fo", "foo", "foob", "fooba", "foobar", "\\0\\255\\254" } do
        local encoded = ngx.encode_base64(text)
        print(encoded, ngx.encode_base64(text, true), ngx.decode_base64(encoded) == text)
      end
      print(ngx.decode_base64("Zg"), ngx.decode_base64("Zg=anything"), ngx.decode_base64("="))
      print(ngx.decode_base64("Z"), ngx.decode_base64("Zm9v-"), ngx.decode_base64("Zm\\n9v"))
      print(ngx.decode_base64mime("Zm\\n9v YmFy"), ngx.decode_base64mime("Z\\nm9v=Zm"))
      print(ngx.encode_base64(12), ngx.encode_base64(nil), ngx.encode_base64(true), ngx.encode_base64("f", false))
      fails(ngx.encode_base64, "f", 1)
      fails(ngx.decode_base64, 12)
    `),
  ).toEqual([
    "  true",
    "Zg== Zg true",
    "Zm8= Zm8 true",
    "Zm9v Zm9v true",
    "Zm9vYg== Zm9vYg true",
    "Zm9vYmE= Zm9vYmE true",
    "Zm9vYmFy Zm9vYmFy true",
    "AP/+ AP/+ true",
    "f f ",
    "nil nil nil",
    "foobar foo",
    "MTI=  dHJ1ZQ== Zg==",
    "bad no_padding: boolean expected, got number",
    "string argument only",
  ]);
});

test("ngx.base64 has the alphabet of URLs", () => {
  expect(
    lines(`
      local base64 = require "ngx.base64"
      print(base64.encode_base64url("\\251\\255\\254?"), base64.decode_base64url("-__-Pw") == "\\251\\255\\254?")
      print(base64.decode_base64url("-__-Pw=="), base64.decode_base64url("+"))
      print(base64.encode_base64url(1), base64.decode_base64url(nil))
    `),
  ).toEqual([
    "-__-Pw true",
    "\u00fb\u00ff\u00fe? nil invalid input",
    "nil nil must provide a string",
  ]);
});

test("digests", () => {
  expect(
    lines(`
      print(ngx.md5(""), ngx.md5("message digest"))
      print(hex(ngx.md5_bin("abc")), #ngx.md5_bin("abc"))
      print(hex(ngx.sha1_bin("abc")), hex(ngx.sha1_bin("\\255\\0")))
      print(hex(ngx.hmac_sha1("Jefe", "what do ya want for nothing?")))
      print(hex(ngx.hmac_sha1(("\\11"):rep(20), "Hi There")))
      print(ngx.crc32_long("123456789"), ngx.crc32_short("123456789"), ngx.crc32_long(""), ngx.crc32_long("\\255"))
      print(ngx.md5(5) == ngx.md5("5"), ngx.md5(nil) == ngx.md5(""), ngx.md5(setmetatable({}, { __tostring = function() return "x" end })) == ngx.md5("x"))
      fails(ngx.hmac_sha1, "key")
      fails(ngx.hmac_sha1, "key", {})
    `),
  ).toEqual([
    "d41d8cd98f00b204e9800998ecf8427e f96b697d7cb7938d525a2f31aaf161d0",
    "900150983cd24fb0d6963f7d28e17f72 16",
    "a9993e364706816aba3e25717850c26c9cd0d89d da33e41954997c24ad31f6c1845e18510b384f67",
    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "b617318655057264e28bc0b6fb378c8ef146be00",
    "3421780262 3421780262 0 4278190080",
    "true true true",
    "expecting 2 arguments, but got 1",
    "bad argument #2 to 'callee' (string expected, got table)",
  ]);
});

test("parts of URIs", () => {
  expect(
    lines(`
      local text = "a b#%+?&=/\\"'()~\\0\\127\\200"
      for purpose = 0, 6 do print(purpose, (ngx.escape_uri(text, purpose))) end
      print(ngx.escape_uri(text) == ngx.escape_uri(text, 2), ngx.escape_uri(nil), ngx.escape_uri(12))
      print(ngx.unescape_uri("b%20r56+7"), ngx.unescape_uri("%4a%4A%zz%2"), hex(ngx.unescape_uri("%00%ff")))
      fails(ngx.escape_uri, "x", "2")
      fails(ngx.escape_uri, "x", 7)
      fails(ngx.escape_uri, "x", -1)
    `),
  ).toEqual([
    `0 a%20b%23%25+%3F&=/"'()~%00%7F%C8`,
    `1 a%20b%23%25%2B%3F&=/"'()~%00%7F%C8`,
    "2 a%20b%23%25%2B%3F%26%3D%2F%22%27%28%29~%00%7F%C8",
    `3 a%20b%23%25+?&=/%22%27()~%00%7F%C8`,
    `4 a%20b#%25+?&=/%22%27()~%00%7F%C8`,
    `5 a%20b#%25+?&=/"'()~%00\x7f\xc8`,
    `6 a%20b#%25+?&=/"'()~%00\x7f\xc8`,
    "true  12",
    "b r56 7 JJ%zz%2 00ff",
    '"type" is not a number',
    '"type" 7 out of range',
    '"type" -1 out of range',
  ]);
});

test("queries", () => {
  expect(
    lines(`
      print(ngx.encode_args { ["b r"] = "hello world" }, ngx.encode_args { a = { 32, "x y", true, false } })
      print(ngx.encode_args { a = true }, ngx.encode_args { a = false }, ngx.encode_args {}, ngx.encode_args { a = "" })
      fails(ngx.encode_args)
      fails(ngx.encode_args, 1)
      fails(ngx.encode_args, { 1 })
      fails(ngx.encode_args, { a = print })
      fails(ngx.encode_args, { a = { {} } })
      local query, rest = ngx.decode_args("a=1&b&a=x+y&=lost&c=&%61=2&d=e=f")
      print(#query.a, query.a[1], query.a[2], query.a[3], query.b, query.c == "", query.d, rest)
      print(next(ngx.decode_args("")))
      local function count(...)
        local query, rest = ngx.decode_args(...)
        local count = 0
        for _ in pairs(query) do count = count + 1 end
        print(count, rest)
      end
      local all = {}
      for i = 1, 101 do all[i] = "k" .. i end
      count(table.concat(all, "&"))
      count(table.concat(all, "&"), 0)
      count("a&b", 2)
      count("a&b&", 2)
      fails(ngx.decode_args)
      fails(ngx.decode_args, {}, 1)
    `),
  ).toEqual([
    "b%20r=hello%20world a=32&a=x%20y&a",
    "a   a=",
    "expecting 1 argument but seen 0",
    "bad argument #1 to 'callee' (table expected, got number)",
    'attempt to use a non-string key in the "args" option table',
    "attempt to use function as query arg value",
    "attempt to use table as query arg value",
    "3 1 x y 2 true true e=f nil",
    "nil",
    "100 truncated",
    "101 nil",
    "2 nil",
    "2 truncated",
    "expecting 1 or 2 arguments but seen 0",
    "bad argument #1 to 'callee' (string expected, got table)",
  ]);
});

test("strings of SQL", () => {
  expect(
    lines(`
      print(ngx.quote_sql_str("it's \\0 \\b \\n \\r \\t \\26 \\\\ \\" \\200"), ngx.quote_sql_str(""), ngx.quote_sql_str(5))
      fails(ngx.quote_sql_str)
    `),
  ).toEqual([`'it\\'s \\0 \\b \\n \\r \\t \\Z \\\\ \\" \xc8' '' '5'`, "expecting one argument"]);
});

test("dates of HTTP", () => {
  expect(
    lines(`
      print(ngx.http_time(784111777), ngx.http_time(0), ngx.http_time(-5), ngx.http_time(951782400.9))
      print(ngx.cookie_time(784111777), ngx.cookie_time(2147483648))
      for _, text in ipairs {
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Tue, 29 Feb 2000 00:00:00 GMT", "Thu, 29 Feb 1900 00:00:00 GMT", "Sun, 31 Apr 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "yesterday", "",
      } do print(ngx.parse_http_time(text)) end
      fails(ngx.http_time, "1")
      fails(ngx.cookie_time)
      fails(ngx.parse_http_time, 1)
    `),
  ).toEqual([
    "Sun, 06 Nov 1994 08:49:37 GMT Thu, 01 Jan 1970 00:00:00 GMT Thu, 01 Jan 1970 00:00:00 GMT Tue, 29 Feb 2000 00:00:00 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT Tue, 19-Jan-2038 03:14:08 GMT",
    "784111777",
    "784111777",
    "784111777",
    "951782400",
    ...Array<string>(6).fill("nil"),
    "number argument only",
    "number argument only",
    "string argument only",
  ]);
});

test("today, and the time of day", () => {
  expect(
    lines(`
      print(ngx.utctime() == os.date("!%Y-%m-%d %H:%M:%S", ngx.time()))
      print(ngx.localtime() == os.date("%Y-%m-%d %H:%M:%S", ngx.time()), ngx.today() == os.date("%Y-%m-%d", ngx.time()))
    `),
  ).toEqual(["true", "true true"]);
});
