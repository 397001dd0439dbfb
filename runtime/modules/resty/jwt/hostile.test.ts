/** Tokens and keys made to break the module: each is refused with a reason, and raises nothing. */
import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { run } from "../../ngx/program.testkit.ts";

const PRELUDE = `
  local jwt = require "resty.jwt"
  local function show(object) print(object.verified, (object.reason:sub(1, 90))) end
`;
const AWESOME = "true everything is awesome~ :p";
const SECRET = "secret";

const base64 = (text: string) => Buffer.from(text).toString("base64url");
const lua = (text: string) => `[==[\n${text}]==]`;

/** Signed as it should be, whatever the texts say. */
function signed(header: string, payload: string, secret = SECRET): string {
  const text = `${base64(header)}.${base64(payload)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const HS256 = '{"alg":"HS256"}';

function verdicts(tokens: readonly string[], ...specs: readonly string[]): readonly string[] {
  const list = tokens.map((token) => `"${token}"`).join(", ");
  const rest = ['"secret"', "token", ...specs].join(", ");
  return run(`${PRELUDE} for _, token in ipairs { ${list} } do show(jwt:verify(${rest})) end`);
}

test("the algorithm, in all that JSON can spell it with", () => {
  const header = (alg: string) => signed(`{"alg":${alg}}`, "{}");
  expect(
    verdicts([
      header(String.raw`"\u0048\u00532\u00356"`),
      header('"none"'),
      header('"NONE"'),
      header('"hs256"'),
      header(String.raw`"HS256\u0000"`),
      header('" HS256"'),
      header('""'),
      header("null"),
      header("256"),
      header('["HS256"]'),
      header('{"HS256":1}'),
      signed("{}", "{}"),
      signed('{"ALG":"HS256"}', "{}"),
      signed('{"alg":"HS256","alg":"none"}', "{}"),
      signed('{"alg":"none","alg":"HS256"}', "{}"),
      signed('{"alg":"HS256","crit":[]}', "{}"),
      signed('{"__proto__":{"alg":"HS256"}}', "{}"),
      signed('["HS256"]', "{}"),
    ]),
  ).toEqual([
    AWESOME,
    "false Unsupported algorithm none",
    "false Unsupported algorithm NONE",
    "false Unsupported algorithm hs256",
    "false Unsupported algorithm HS256\0",
    "false Unsupported algorithm  HS256",
    "false Unsupported algorithm ",
    "false invalid alg: must be a string",
    "false invalid alg: must be a string",
    "false invalid alg: must be a string",
    "false invalid alg: must be a string",
    "false No algorithm supplied",
    "false No algorithm supplied",
    "false Unsupported algorithm none",
    AWESOME,
    "false the header has 'crit': extensions are not supported",
    "false No algorithm supplied",
    `false invalid header: ${base64('["HS256"]')}`,
  ]);
});

test("times that are none never pass", () => {
  const wrong = [
    '"9999999999"',
    "1e400",
    "-1e400",
    "-1",
    "NaN",
    "Infinity",
    "null",
    "true",
    "false",
    "[9999999999]",
    "{}",
    '""',
  ];
  const tokens = wrong.map((exp) => signed(HS256, `{"exp":${exp}}`));
  for (const verdict of verdicts(tokens)) expect(verdict).toMatch(/^false /);
  const nbf = ["1e400", '"0"', "NaN", "null", "[]"].map((each) => signed(HS256, `{"nbf":${each}}`));
  for (const verdict of verdicts(nbf)) expect(verdict).toMatch(/^false /);
  // The last of two counts, and is the one that the program sees.
  const twice = signed(HS256, '{"exp":99999999999,"exp":1}');
  expect(verdicts([twice])[0]).toMatch(/^false 'exp' claim expired/);
});

test("a kid that is no text, and one that is a path, are for nobody but the function", () => {
  const token = (kid: string) => signed(`{"alg":"HS256","kid":${kid}}`, "{}");
  const kids = ['{"a":1}', "[]", "1", "null", "true"].map((kid) => `"${token(kid)}"`);
  const path = token('"../../../etc/passwd"');
  expect(
    run(`${PRELUDE}
      local asked = {}
      local function find(kid) asked[#asked + 1] = kid return nil end
      for _, token in ipairs { ${kids.join(", ")} } do show(jwt:verify(find, token)) end
      show(jwt:verify(find, "${path}"))
      print(#asked, asked[1])
      show(jwt:verify("secret", "${path}"))
      show(jwt:verify(function() return "" end, "${path}"))
      show(jwt:verify(function() return {} end, "${path}"))
      show(jwt:verify(function() error({}) end, "${path}"))
    `),
  ).toEqual([
    ...kids.map(() => "false secret function specified with non-string kid in header"),
    "false function returned nil for kid: ../../../etc/passwd",
    "1 ../../../etc/passwd",
    AWESOME,
    "false invalid secret for HS256: it is empty",
    "false function returned a non-string secret for kid: ../../../etc/passwd",
    "false secret function failed: error",
  ]);
});

test("secrets that are none", () => {
  const token = signed(HS256, "{}", "");
  const values = ["nil", '""', "12", "true", "false", "{}", "ngx.null", "coroutine.create(print)"];
  const lines = run(
    `${PRELUDE} ${values.map((value) => `show(jwt:verify(${value}, "${token}"))`).join(" ")}`,
  );
  const wrong = "false invalid secret type (must be string or function)";
  expect(lines).toEqual([
    wrong,
    "false invalid secret for HS256: it is empty",
    ...values.slice(2).map(() => wrong),
  ]);
});

test("depth and size: what is too deep is refused, also by those who see the whole token", () => {
  const nested = (depth: number) => signed(HS256, `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  const whole = "{ __jwt = function(token) return type(token) == 'table' end }";
  const depths = [10, 990, 995, 996, 997, 998, 999, 1000, 1001, 100_000];
  const tokens = depths.map(nested);
  for (const specs of [[], [whole]]) {
    const lines = verdicts(tokens, ...specs);
    expect(lines).toHaveLength(depths.length);
    expect(lines[0]).toBe(AWESOME);
    expect(lines.at(-1)).toMatch(/^false invalid payload/);
  }
  expect(verdicts([signed(HS256, `{"a":"${"x".repeat(2 ** 20)}"}`)])).toEqual([
    "false invalid jwt string",
  ]);
  const dots = `${"a".repeat(3)}${".".repeat(500_000)}`;
  expect(verdicts([dots, "..", ".", "", "a.b.c", `${HS256}.{}.`.replace(/"/g, "")])).toEqual([
    "false invalid jwt string",
    "false invalid header: ",
    "false invalid jwt string",
    "false invalid jwt string",
    "false invalid header: a",
    "false invalid header: {alg:HS256}",
  ]);
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();

test("keys in PEM, as files and settings have them", () => {
  const text = `${base64('{"alg":"RS256"}')}.${base64("{}")}`;
  const token = `${text}.${signBytes("sha256", Buffer.from(text), rsa.privateKey).toString("base64url")}`;
  const pkcs1 = rsa.publicKey.export({ type: "pkcs1", format: "pem" }).toString();
  const good = [PEM, PEM.replace(/\n/g, "\r\n"), `\n\n${PEM}\n`, `# the key\n${PEM}`, pkcs1];
  const bad = [
    PEM.toLowerCase(),
    PEM.replace(/\n/g, ""),
    PEM.replace(/-----BEGIN/, "----BEGIN"),
    PEM.replace("MIIB", "MIIC"),
    PEM.slice(0, 100),
    rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  ];
  // Other line ends than "\n" can't be in a long string.
  const literal = (key: string) => JSON.stringify(key);
  expect(
    run(`${PRELUDE}
      for _, key in ipairs { ${[...good, ...bad].map(literal).join(", ")} } do show(jwt:verify(key, "${token}")) end
    `),
  ).toEqual([
    ...good.map(() => AWESOME),
    ...bad.map(() => "false Decode secret is not a valid cert/public key"),
  ]);
});

test("a public key is no secret of HMAC in any form in which people keep it", () => {
  const jwk = JSON.stringify(createPublicKey(PEM).export({ format: "jwk" }));
  const bare = PEM.replace(/-----[^-]+-----|\n/g, "");
  const forms = [
    PEM.replace(/\n/g, "\r\n"),
    `  \t${PEM}`,
    PEM.replace(/\n/g, ""),
    PEM.toLowerCase(),
    jwk,
    ` ${JSON.stringify(JSON.parse(jwk), undefined, 2)}\n`,
    `{"keys":[${jwk}]}`,
    bare,
    `${bare.slice(0, 64)}\r\n${bare.slice(64)}\n`,
    bare.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""),
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ada@example",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKNx ada",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= ada",
  ];
  const refused = forms.map(
    (key) => `show(jwt:verify(${JSON.stringify(key)}, "${signed(HS256, "{}", key)}"))`,
  );
  const secrets = [
    "0123456789",
    "MIIB",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
    '{"kty":"oct","k":"AAAA"}',
    "{not json",
    "ssh-rsa",
    "0\u0082 begins as DER does",
  ];
  const accepted = secrets.map(
    (secret) => `
      local token = jwt:sign(${lua(secret)}, { header = { alg = "HS256" }, payload = {} })
      show(jwt:verify(${lua(secret)}, token))`,
  );
  expect(run(`${PRELUDE} ${refused.join("\n")} ${accepted.join("\n")}`)).toEqual([
    ...forms.map(
      () => "false invalid secret for HS256: a key or a certificate can't be an HMAC secret",
    ),
    ...secrets.map(() => AWESOME),
  ]);
});
