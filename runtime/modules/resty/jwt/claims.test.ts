/** Claims of tokens whose signature is right. The clock of these tests begins 1000 s after 1970. */
import { run } from "../../ngx/program.testkit.ts";

const PRELUDE = `
  local jwt = require "resty.jwt"
  local validators = require "resty.jwt-validators"
  local function verify(payload, ...)
    local token = jwt:sign("secret", { header = { alg = "HS256", typ = "at+JWT" }, payload = payload })
    local object = jwt:verify("secret", token, ...)
    print(object.verified and "ok" or object.reason)
  end
`;

test("exp and nbf, whether asked for or not", () => {
  expect(
    run(`${PRELUDE}
      verify({ exp = 1001, nbf = 1000 })
      verify({ exp = 1000 })
      verify({ nbf = 1001 })
      verify({ exp = 999 }, { sub = validators.opt_equals("ada") })
      verify({ exp = 999 }, { exp = function() end })
      verify({ exp = 999 }, {})
      for _, value in ipairs { "2000", true, {}, -1, ngx.null } do verify({ exp = value }) verify({ nbf = value }) end
      ngx.sleep(2)
      verify({ exp = 1001 }) verify({ nbf = 1002 })
    `),
  ).toEqual([
    "ok",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:40 GMT",
    "'nbf' claim not valid until Thu, 01 Jan 1970 00:16:41 GMT",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:39 GMT",
    "ok",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:39 GMT",
    ...Array.from({ length: 5 }, () => [
      "'exp' is malformed.  Expected to be a positive numeric value.",
      "'nbf' is malformed.  Expected to be a positive numeric value.",
    ]).flat(),
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:41 GMT",
    "ok",
  ]);
});

test("an endless time is none", () => {
  expect(
    run(`${PRELUDE}
      local parts = { ngx.encode_base64('{"alg":"HS256"}', true), ngx.encode_base64('{"exp":1e999}', true) }
      local text = table.concat(parts, ".")
      local hmac = require "resty.hmac"
      local signature = ngx.encode_base64(hmac:new("secret", hmac.ALGOS.SHA256):final(text), true)
      print(jwt:verify("secret", text .. "." .. signature:gsub("+", "-"):gsub("/", "_")).reason)
    `),
  ).toEqual(["'exp' is malformed.  Expected to be a positive numeric value."]);
});

test("leeway", () => {
  expect(
    run(`${PRELUDE}
      local near = { exp = 995, nbf = 1005 }
      verify(near, { exp = validators.is_not_expired({ leeway = 6 }), nbf = validators.is_not_before({ leeway = 5 }) })
      verify(near, { exp = validators.is_not_expired({ leeway = 5 }), nbf = validators.is_not_before({ leeway = 5 }) })
      verify({ iat = 1003 }, { iat = validators.is_at({ leeway = 3 }) })
      verify({ iat = 1003 }, { iat = validators.is_at({ leeway = 2 }) })
      verify({}, { iat = validators.opt_is_at() })
      verify({}, { iat = validators.is_at() })
      verify(near, { lifetime_grace_period = 6 })
      verify(near)
      validators.set_system_leeway(6)
      verify(near)
      validators.set_system_clock(function() return 2000 end)
      verify(near)
      verify({ exp = 2001 })
    `),
  ).toEqual([
    "ok",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:35 GMT",
    "ok",
    "'iat' claim is only valid at Thu, 01 Jan 1970 00:16:43 GMT",
    "ok",
    "'iat' claim is required.",
    "ok",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:35 GMT",
    "ok",
    "'exp' claim expired at Thu, 01 Jan 1970 00:16:35 GMT",
    "ok",
  ]);
});

test("options in place of validators", () => {
  expect(
    run(`${PRELUDE}
      verify({}, { require_exp_claim = true })
      verify({ exp = 2000 }, { require_exp_claim = true, require_nbf_claim = true })
      verify({ iss = "me", exp = 2000 }, { valid_issuers = { "you", "me" }, require_exp_claim = true })
      verify({ iss = "them" }, { valid_issuers = { "you", "me" } })
      verify({}, { valid_issuers = { "you", "me" } })
      verify({}, { lifetime_grace_period = 5 })
      verify({ nbf = 1004 }, { lifetime_grace_period = 5 })
      for _, options in ipairs { { require_exp_claim = 1 }, { lifetime_grace_period = -1 }, { valid_issuers = {} } } do
        print((select(2, pcall(verify, {}, options))))
      end
    `),
  ).toEqual([
    "'exp' claim is required.",
    "'nbf' claim is required.",
    "ok",
    "Claim 'iss' ('them') returned failure",
    "'iss' claim is required.",
    "Missing one of claims - [ nbf, exp ].",
    "ok",
    "program:6: 'require_exp_claim' validation option is expected to be a boolean.",
    "program:6: 'lifetime_grace_period' validation option is expected to be zero or more.",
    "program:6: Cannot create validator for empty table check_values.",
  ]);
});

/** A claim, a validator, and what is said. */
const CLAIMS: readonly (readonly [claim: string, validator: string, outcome: string])[] = [
  ['"a"', 'equals("a")', "ok"],
  ['"b"', 'equals("a")', "Claim 'c' ('b') returned failure"],
  ["1", 'equals("1")', "'c' is malformed.  Expected to be a string."],
  ["nil", 'equals("a")', "'c' claim is required."],
  ["nil", 'opt_equals("a")', "ok"],
  ['"b"', 'opt_equals("a")', "Claim 'c' ('b') returned failure"],
  ["false", "equals(false)", "ok"],
  ['"user-7"', 'matches("^user%-%d+$")', "ok"],
  ['"user-x"', 'matches("^user%-%d+$")', "Claim 'c' ('user-x') returned failure"],
  ['"()"', 'matches("()")', "ok"],
  ["nil", 'opt_matches("a")', "ok"],
  ['"b"', 'equals_any_of({ "a", "b" })', "ok"],
  ['"c"', 'equals_any_of({ "a", "b" })', "Claim 'c' ('c') returned failure"],
  ["2", "opt_equals_any_of({ 1, 2 })", "ok"],
  ['"xb"', 'matches_any_of({ "^a", "b$" })', "ok"],
  ['"bx"', 'opt_matches_any_of({ "^a", "b$" })', "Claim 'c' ('bx') returned failure"],
  ['{ "x", "b" }', 'contains_any_of({ "a", "b" })', "ok"],
  ["{ }", 'contains_any_of({ "a", "b" })', "Claim 'c' ('a table') returned failure"],
  ['"b"', 'opt_contains_any_of({ "a", "b" })', "'c' is malformed.  Expected to be a table."],
  ["2", "greater_than(1)", "ok"],
  ["1", "greater_than(1)", "Claim 'c' ('1') returned failure"],
  ["1", "greater_than_or_equal(1)", "ok"],
  ["0.5", "opt_greater_than_or_equal(1)", "Claim 'c' ('0.5') returned failure"],
  ["0", "less_than(1)", "ok"],
  ["1", "opt_less_than(1)", "Claim 'c' ('1') returned failure"],
  ["1", "less_than_or_equal(1)", "ok"],
  ["2", "opt_less_than_or_equal(1)", "Claim 'c' ('2') returned failure"],
  ['"2"', "greater_than(1)", "'c' is malformed.  Expected to be a number."],
  ["nil", "required()", "'c' claim is required."],
  ["1", "required()", "ok"],
  ["1", "required(function(value) return value == 2 end)", "Claim 'c' ('1') returned failure"],
  ["5", "check(5, function(value, given) return value == given end)", "ok"],
  ["5", 'check("5", function() return true end, "name", "number")', "ok"],
  [
    "6",
    "opt_check(5, function(value, given) return value == given end)",
    "Claim 'c' ('6') returned failure",
  ],
  ["5", 'check(5, function() error("own words") end)', "own words"],
  ["5", "check(5, function() error({ reason = 'own table' }) end)", "own table"],
  ["5", "check(5, function() error({}) end)", "Claim 'c' validation failed"],
  ["7", "any_of({ 3, 4 }, function(value, given) return value == given + 3 end)", "ok"],
  [
    "8",
    "opt_any_of({ 3, 4 }, function(value, given) return value == given + 3 end)",
    "Claim 'c' ('8') returned failure",
  ],
  ["5", "chain(validators.required(), validators.greater_than(4), validators.less_than(6))", "ok"],
  [
    "7",
    "chain(validators.greater_than(4), validators.less_than(6))",
    "Claim 'c' ('7') returned failure",
  ],
  ["5", "chain()", "ok"],
  ["7", "any_of({ 6, 7 }, function(value, given) ngx.sleep(0.1) return value == given end)", "ok"],
  [
    "7",
    "chain(function() ngx.sleep(0.1) end, function(value) ngx.sleep(0.1) return value ~= 7 end)",
    "Claim 'c' ('7') returned failure",
  ],
  ["7", 'required(function() ngx.sleep(0.1) error("too late", 0) end)', "too late"],
];

test.each(CLAIMS)("a claim %s and %s", (claim, validator, outcome) => {
  const [line] = run(`${PRELUDE} verify({ c = ${claim} }, { c = validators.${validator} })`);
  expect(line).toBe(outcome);
});

test("functions of the program see the claim, its name and the token; several specs", () => {
  expect(
    run(`${PRELUDE}
      local cjson = require "cjson"
      local function look(value, claim, text)
        local token = cjson.decode(text)
        print(value, claim, token.payload.sub, token.header.alg, token.verified)
      end
      verify({ sub = "ada" }, { sub = look }, { missing = look })
      verify({ sub = "ada" }, {
        __jwt = function(token, claim) print(token.payload.sub, claim) token.payload.sub = "eve" end,
      }, { sub = validators.equals("ada") })
      verify({ sub = "ada" }, { __jwt = validators.require_one_of({ "iss", "sub" }) })
      verify({ sub = "ada" }, { __jwt = validators.require_one_of({ "iss", "aud" }) })
      verify({ sub = "ada" }, { __header = { typ = validators.typ_is("application/at+jwt") } })
      verify({ sub = "ada" }, { __header = { typ = validators.typ_is({ "JWT" }) } })
      verify({ sub = "ada" }, { __header = { cty = validators.typ_is("JWT") } })
      verify({ sub = "ada" }, { __header = { cty = validators.opt_typ_is("JWT") } })
    `),
  ).toEqual([
    "ada sub ada HS256 false",
    "nil missing ada HS256 false",
    "ok",
    "ada __jwt",
    "ok",
    "ok",
    "Missing one of claims - [ iss, aud ].",
    "ok",
    "Claim 'typ' ('at+JWT') returned failure",
    "'cty' header is required.",
    "ok",
  ]);
});

test("claims of forged tokens are shown to nobody", () => {
  expect(
    run(`${PRELUDE}
      local token = jwt:sign("other", { header = { alg = "HS256" }, payload = { sub = "eve", exp = 1 } })
      local object = jwt:verify("secret", token, { sub = function() print("seen") end })
      print(object.verified, (object.reason:gsub(":.*", "")))
    `),
  ).toEqual(["false signature mismatch"]);
});

test("mistakes of the program", () => {
  expect(
    run(`${PRELUDE}
      local function fails(make) print((select(2, pcall(make)))) end
      fails(function() verify({}, "spec") end)
      fails(function() verify({}, { sub = "ada" }) end)
      fails(function() jwt:verify("secret", "broken", 7) end)
      fails(function() validators.equals(nil) end)
      fails(function() validators.matches(5) end)
      fails(function() validators.greater_than("5") end)
      fails(function() validators.equals_any_of({ 1, "a" }) end)
      fails(function() validators.equals_any_of({}) end)
      fails(function() validators.chain(5) end)
      fails(function() validators.check(5) end)
      fails(function() validators.check(5, 5) end)
      fails(function() validators.check(5, print, "x", "integer") end)
      fails(function() validators.require_one_of({ 1 }) end)
      fails(function() validators.is_at({ leeway = -1 }) end)
      fails(function() validators.is_at(5) end)
      fails(function() validators.set_system_leeway("5") end)
      fails(function() validators.set_system_clock(5) end)
      fails(function() validators.set_system_clock(function() return "now" end) end)
    `).map((line) => line.replace(/^program:\d+: /, "")),
  ).toEqual([
    "Claim spec must be a table - see the module resty.jwt-validators",
    "Claim spec value must be a function - see the module resty.jwt-validators ('sub' is a string)",
    "Claim spec must be a table - see the module resty.jwt-validators",
    "Cannot create validator for nil check_val.",
    "Cannot create validator for non-string pattern.",
    "Cannot create validator for non-number check_val.",
    "Cannot create validator for non-number table check_values.",
    "Cannot create validator for empty table check_values.",
    "Cannot create validator for non-function chain_function.",
    "Cannot create validator for nil check_function.",
    "Cannot create validator for non-function check_function.",
    "Cannot create validator for the type 'integer'.",
    "Cannot create validator for non-string table claim_keys.",
    "leeway must be a non-negative number",
    "Cannot create validator for non-table options.",
    "leeway must be a non-negative number",
    "clock must be a function",
    "clock function must return a non-negative number",
  ]);
});
