/** Tokens that are broken, and functions of resty.jwt around them. */
import { createHmac } from "node:crypto";
import { run } from "../../ngx/program.testkit.ts";

const PRELUDE = `
  local jwt = require "resty.jwt"
  local function show(object) print(object.verified, object.reason) end
`;
const AWESOME = "true everything is awesome~ :p";

const base64 = (text: string) => Buffer.from(text).toString("base64url");

/** Signed as it is, whatever it is. */
function signed(header: string, payload: string): string {
  const text = `${base64(header)}.${base64(payload)}`;
  return `${text}.${createHmac("sha256", "secret").update(text).digest("base64url")}`;
}

const HEADER = '{"alg":"HS256"}';

const BROKEN: readonly (readonly [what: string, token: string, reason: string])[] = [
  ["nothing", "", "invalid jwt string"],
  ["one part", "a", "invalid jwt string"],
  ["two parts", "a.b", "invalid jwt string"],
  ["four parts", "a.b.c.d", "invalid jwt string"],
  ["dots", "..", "invalid header: "],
  ["no base64", "$$.e30.", "invalid header: $$"],
  ["padding", `${base64(HEADER)}=.e30.`, `invalid header: ${base64(HEADER)}=`],
  ["a header that is a list", signed("[]", "{}"), `invalid header: ${base64("[]")}`],
  ["a header that is text", signed('"a"', "{}"), `invalid header: ${base64('"a"')}`],
  ["a header that is cut", signed('{"alg"', "{}"), `invalid header: ${base64('{"alg"')}`],
  ["a header with more behind", signed("{}{}", "{}"), `invalid header: ${base64("{}{}")}`],
  ["a payload that is a list", signed(HEADER, "[1]"), `invalid payload: ${base64("[1]")}`],
  ["a payload that is null", signed(HEADER, "null"), `invalid payload: ${base64("null")}`],
  [
    "lists in lists",
    signed(HEADER, `{"a":${"[".repeat(5000)}`),
    `invalid payload: ${base64(`{"a":${"[".repeat(5000)}`)}`,
  ],
  ["an encrypted one", "a.b.c.d.e", "encrypted tokens (JWE) are not supported"],
  ["no alg", signed("{}", "{}"), "No algorithm supplied"],
  ["alg null", signed('{"alg":null}', "{}"), "invalid alg: must be a string"],
  ["alg a list", signed('{"alg":["HS256"]}', "{}"), "invalid alg: must be a string"],
  ["alg none", signed('{"alg":"none"}', "{}"), "Unsupported algorithm none"],
  ["alg None", signed('{"alg":"None"}', "{}"), "Unsupported algorithm None"],
  ["alg in small letters", signed('{"alg":"hs256"}', "{}"), "Unsupported algorithm hs256"],
  ["alg of JavaScript", signed('{"alg":"constructor"}', "{}"), "Unsupported algorithm constructor"],
  [
    "crit",
    signed('{"alg":"HS256","crit":["exp"]}', "{}"),
    "the header has 'crit': extensions are not supported",
  ],
  [
    "crit that is empty",
    signed('{"alg":"HS256","crit":[],"b64":false}', "{}"),
    "the header has 'crit': extensions are not supported",
  ],
  [
    "alg none without a signature",
    `${base64('{"alg":"none"}')}.${base64("{}")}.`,
    "Unsupported algorithm none",
  ],
  ["a bit more", signed(HEADER, "{}").slice(0, -1), "Wrongly encoded signature"],
];

test.each(BROKEN)("verifies nothing: %s", (_what, token, reason) => {
  expect(
    run(`${PRELUDE}
      show(jwt:verify("secret", [==[${token}]==]))
      show(jwt:verify(function() return "secret" end, [==[${token}]==]))
    `)[0],
  ).toBe(`false ${reason}`);
});

test("tokens that are no text", () => {
  expect(
    run(`${PRELUDE}
      for _, token in ipairs { 1, true, {}, print, ("a"):rep(2 ^ 20 + 1) } do show(jwt:verify("secret", token)) end
      show(jwt:verify("secret", nil)) show(jwt:verify("secret"))
    `),
  ).toEqual(Array.from({ length: 7 }, () => "false invalid jwt string"));
});

test("the last of two parameters of one name is what counts, for everybody", () => {
  expect(
    run(`${PRELUDE}
      show(jwt:verify("secret", "${signed('{"alg":"none","alg":"HS256"}', "{}")}"))
      show(jwt:verify("secret", "${signed('{"alg":"HS256","alg":"none"}', "{}")}"))
    `),
  ).toEqual([AWESOME, "false Unsupported algorithm none"]);
});

test("secrets by kid, which may take time", () => {
  const withKid = (kid: string) => signed(`{"alg":"HS256","kid":${kid}}`, "{}");
  expect(
    run(`${PRELUDE}
      local function secret(kid)
        ngx.sleep(0.01)
        if kid == "a" then return "secret" end
        if kid == "fails" then error("no database") end
        if kid == "number" then return 7 end
      end
      show(jwt:verify(secret, "${withKid('"a"')}"))
      show(jwt:verify(secret, "${withKid('"b"')}"))
      show(jwt:verify(secret, "${withKid('"fails"')}"))
      show(jwt:verify(secret, "${withKid('"number"')}"))
      show(jwt:verify(secret, "${withKid("7")}"))
      show(jwt:verify(secret, "${signed(HEADER, "{}")}"))
      show(jwt:verify({}, "${signed(HEADER, "{}")}"))
      local claims = { header = { alg = "HS256", kid = "a" }, payload = { a = 1 } }
      show(jwt:verify(secret, jwt:sign(secret, claims)))
      claims.header.kid = "b"
      print(select(2, pcall(jwt.sign, jwt, secret, claims)).reason)
    `),
  ).toEqual([
    AWESOME,
    "false function returned nil for kid: b",
    "false secret function failed: no database",
    "false function returned a non-string secret for kid: number",
    "false secret function specified with non-string kid in header",
    "false secret function specified without kid in header",
    "false invalid secret type (must be string or function)",
    AWESOME,
    "function returned nil for kid: b",
  ]);
});

test("a whitelist", () => {
  const token = signed(HEADER, "{}");
  expect(
    run(`${PRELUDE}
      local own = jwt.new()
      own:set_alg_whitelist({ RS256 = 1 })
      show(own:verify("secret", "${token}")) show(jwt:verify("secret", "${token}"))
      jwt:set_alg_whitelist({ HS256 = 1 })
      show(jwt:verify("secret", "${token}"))
      jwt:set_alg_whitelist({ HS256 = false, HS384 = true })
      show(jwt:verify("secret", "${token}")) show(jwt.new():verify("secret", "${token}"))
      jwt:set_alg_whitelist(nil)
      show(jwt:verify("secret", "${token}"))
      print(select(2, pcall(function() jwt:set_alg_whitelist({ "HS256" }) end)))
    `),
  ).toEqual([
    "false whitelist unsupported alg: HS256",
    AWESOME,
    AWESOME,
    "false whitelist unsupported alg: HS256",
    "false whitelist unsupported alg: HS256",
    AWESOME,
    "program:14: bad argument #1 to 'set_alg_whitelist' (algorithms are keys, as in {RS256 = true})",
  ]);
});

test("load_jwt believes nothing, and verify_jwt_obj only what was signed", () => {
  expect(
    run(`${PRELUDE}
      local object = jwt:load_jwt("${signed(HEADER, '{"role":"user"}')}")
      print(object.valid, object.verified, object.reason, object.payload.role, object.header.alg)
      object.payload.role = "admin" object.verified = true
      object.header.alg = "none"
      local same = jwt:verify_jwt_obj("secret", object)
      show(object) print(same == object, object.payload.role, object.header.alg)
      object.raw_payload = "${base64('{"role":"admin"}')}"
      print((jwt:verify_jwt_obj("secret", object).reason:gsub(":.*", "")), object.verified)
      object.signature = nil
      show(jwt:verify_jwt_obj("secret", object))
      show(jwt:load_jwt("a.b")) print(jwt:load_jwt("a.b").valid)
      local forged = { valid = false, verified = true }
      print(jwt:verify_jwt_obj("secret", forged).verified)
    `),
  ).toEqual([
    "true false nil user HS256",
    AWESOME,
    "true user HS256",
    "signature mismatch false",
    "false invalid jwt string",
    "false invalid jwt string",
    "false",
    "false",
  ]);
});

test("what can't be signed", () => {
  expect(
    run(`${PRELUDE}
      local function fails(secret, claims)
        local isDone, problem = pcall(jwt.sign, jwt, secret, claims)
        print(isDone, problem.reason == tostring(problem) and problem.reason)
      end
      local payload = {}
      fails("secret", { payload = payload })
      fails("secret", { header = { alg = "HS256" } })
      fails("secret", { header = { alg = "HS256" }, payload = "text" })
      fails("secret", { header = { alg = "none" }, payload = payload })
      fails("secret", { header = {}, payload = payload })
      fails("secret", { header = { alg = "dir", enc = "A128GCM" }, payload = payload })
      fails("", { header = { alg = "HS256" }, payload = payload })
      fails({}, { header = { alg = "HS256" }, payload = payload })
      fails("secret", { header = { alg = "HS256" }, payload = { f = print } })
      print(select(2, pcall(function() jwt:sign("secret", nil) end)))
      print(select(2, pcall(function() jwt.verify("secret", "token") end)))
      print((select(2, pcall(function() jwt:set_trusted_certs_file("/a") end)):gsub(" is not offered.*", "")))
    `),
  ).toEqual([
    "false missing part header",
    "false missing part payload",
    "false missing part payload",
    ...["none", "none"].map(
      (name) =>
        `false unsupported alg: ${name} (there are: HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA)`,
    ),
    "false encrypted tokens (JWE) are not supported",
    "false invalid secret for HS256: it is empty",
    "false invalid secret type (must be string or function)",
    "false Cannot serialise function: type not supported",
    "program:19: bad argument #2 to 'sign' (table expected, got nil)",
    "program:20: call it with ':', as in jwt:verify(secret, token)",
    "program:21: resty.jwt.set_trusted_certs_file",
  ]);
});
