/** Who signed a token, and what forged ones meet. */
import {
  createHmac,
  generateKeyPairSync,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { run } from "../../ngx/program.testkit.ts";
import { PUBLIC_KEYS, SIGNED } from "./tokens.testkit.ts";

const PRELUDE = `
  local jwt = require "resty.jwt"
  local function show(object) print(object.verified, object.reason) end
`;
const AWESOME = "true everything is awesome~ :p";

const base64 = (text: string) => Buffer.from(text).toString("base64url");
const lua = (text: string) => `[==[${text}]==]`;
const tokenOf = (header: object, payload: object, signature: string) =>
  `${base64(JSON.stringify(header))}.${base64(JSON.stringify(payload))}.${signature}`;

function hs256(header: object, payload: object, secret: string): string {
  const text = tokenOf(header, payload, "").slice(0, -1);
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function pair(type: "rsa" | "ec" | "ed25519", detail: number | string = "") {
  const publicKeyEncoding = { type: "spki", format: "pem" } as const;
  const privateKeyEncoding = { type: "pkcs8", format: "pem" } as const;
  if (type === "rsa") {
    return generateKeyPairSync("rsa", {
      modulusLength: Number(detail),
      publicKeyEncoding,
      privateKeyEncoding,
    });
  }
  if (type === "ed25519") {
    return generateKeyPairSync("ed25519", { publicKeyEncoding, privateKeyEncoding });
  }
  return generateKeyPairSync("ec", {
    namedCurve: String(detail),
    publicKeyEncoding,
    privateKeyEncoding,
  });
}

const PAIRS = {
  rsa: pair("rsa", 2048),
  p256: pair("ec", "P-256"),
  p384: pair("ec", "P-384"),
  p521: pair("ec", "P-521"),
  ed: pair("ed25519"),
};

const FITTING: Readonly<Record<string, keyof typeof PAIRS>> = {
  RS256: "rsa",
  RS384: "rsa",
  RS512: "rsa",
  PS256: "rsa",
  PS384: "rsa",
  PS512: "rsa",
  ES256: "p256",
  ES384: "p384",
  ES512: "p521",
  EdDSA: "ed",
};

test("the examples of RFC 7515", () => {
  const secret = Buffer.from(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "base64url",
  ).toString("hex");
  const payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const hs = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
  const key = `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([
    Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"),
    Buffer.from("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "base64url"),
    Buffer.from("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "base64url"),
  ]).toString("base64")}\n-----END PUBLIC KEY-----`;
  const es = `eyJhbGciOiJFUzI1NiJ9.${payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`;
  expect(
    run(`${PRELUDE}
      local secret = ("${secret}"):gsub("..", function(digits) return string.char(tonumber(digits, 16)) end)
      local object = jwt:verify(secret, "${hs}")
      show(object)
      print(object.payload.iss, object.payload["http://example.com/is_root"], object.header.typ)
      show(jwt:verify(${lua(key)}, "${es}"))
      show(jwt:verify(secret, "${hs}", { exp = function(value) return value == 1300819380 end }))
    `),
  ).toEqual([AWESOME, "joe true JWT", AWESOME, AWESOME]);
});

test.each(Object.entries(SIGNED))("%s as Python signs it", (_algorithm, [key, token]) => {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const flipped = Buffer.from(bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte)));
  const changed = [
    `${header}.${base64('{"sub":"eve"}')}.${signature}`,
    ...[
      flipped,
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.alloc(bytes.length),
      Buffer.alloc(0),
    ].map((other) => `${header}.${payload}.${other.toString("base64url")}`),
  ];
  expect(
    run(`${PRELUDE}
      local key = ${lua(PUBLIC_KEYS[key])}
      local object = jwt:verify(key, "${token}")
      show(object) print(object.payload.sub)
      for _, token in ipairs { "${changed.join('", "')}" } do
        print((jwt:verify(key, token).reason:gsub(":.*", "")))
      end
    `),
  ).toEqual([AWESOME, "ada", ...changed.map(() => "signature mismatch")]);
});

test.each(["HS256", "HS384", "HS512"])("%s", (algorithm) => {
  const [token = ""] = run(`${PRELUDE}
    local token = jwt:sign("secret", { header = { alg = "${algorithm}", typ = "JWT" }, payload = { n = 12345678901234, f = 0.1 } })
    print(token)
    local object = jwt:verify("secret", token)
    show(object) print(object.payload.n == 12345678901234, object.payload.f == 0.1, object.header.typ)
    show(jwt:verify("Secret", token))
    show(jwt:verify("", token))
    show(jwt:verify(nil, token))
  `);
  const text = token.split(".").slice(0, 2).join(".");
  const mac = createHmac(algorithm.replace("HS", "sha"), "secret").update(text).digest("base64url");
  expect(token).toBe(`${text}.${mac}`);
});

test.each(Object.entries(FITTING))("%s signs with its kind of key only", (algorithm, name) => {
  const { privateKey, publicKey } = PAIRS[name];
  const wrong = Object.entries(PAIRS).filter(([other]) => other !== name);
  const [token = "", ...lines] = run(`${PRELUDE}
    local claims = { header = { alg = "${algorithm}" }, payload = { sub = "ada" } }
    local token = jwt:sign(${lua(privateKey)}, claims)
    print((token:gsub("[^.]*$", "*")))
    show(jwt:verify(${lua(publicKey)}, token))
    ${wrong
      .map(
        ([, { publicKey: key, privateKey: secret }]) => `
          print((jwt:verify(${lua(key)}, token).reason:gsub(": .*", "")))
          print((tostring(select(2, pcall(jwt.sign, jwt, ${lua(secret)}, claims))):gsub(": .*", "")))`,
      )
      .join("\n")}
    print(jwt:verify(${lua(privateKey)}, token).reason)
    print(jwt:verify("secret", token).reason)
    print(select(2, pcall(jwt.sign, jwt, ${lua(publicKey)}, claims)).reason)
  `);
  expect(token.split(".")).toHaveLength(3);
  expect(lines).toEqual([
    AWESOME,
    ...wrong.flatMap(() => ["key type mismatch", "key type mismatch"]),
    "Decode secret is not a valid cert/public key",
    "Decode secret is not a valid cert/public key",
    `signer error: ${algorithm} needs a private key as PEM`,
  ]);
});

test("signatures of ES256 have the form of IEEE P1363, and those in DER are none", () => {
  const { privateKey, publicKey } = PAIRS.p256;
  const text = tokenOf({ alg: "ES256" }, { sub: "ada" }, "").slice(0, -1);
  const der = signBytes("sha256", Buffer.from(text), privateKey).toString("base64url");
  expect(
    run(`${PRELUDE}
      local claims = { header = { alg = "ES256" }, payload = {} }
      print(#ngx.decode_base64(jwt:sign(${lua(privateKey)}, claims):match("[^.]*$"):gsub("-", "+"):gsub("_", "/") .. "=="))
      print(jwt:verify(${lua(publicKey)}, "${text}.${der}").verified)
    `),
  ).toEqual(["64", "false"]);
  expect(verifyBytes("sha256", Buffer.from(text), publicKey, Buffer.from(der, "base64url"))).toBe(
    true,
  );
});

test("a public key is no secret, in whatever form", () => {
  const { publicKey } = PAIRS.rsa;
  const header = { alg: "HS256" };
  const der = Buffer.from(publicKey.replace(/-----[^-]+-----|\n/g, ""), "base64");
  const pem = hs256(header, { admin: true }, publicKey);
  const text = tokenOf(header, { admin: true }, "").slice(0, -1);
  const derToken = `${text}.${createHmac("sha256", der).update(text).digest("base64url")}`;
  const refusal = "invalid secret for HS256: a key or a certificate can't be an HMAC secret";
  expect(
    run(`${PRELUDE}
      show(jwt:verify(${lua(publicKey)}, "${pem}"))
      show(jwt:verify("  \\n" .. ${lua(publicKey)}, "${pem}"))
      show(jwt:verify(function(kid) return ${lua(publicKey)} end, "${hs256({ alg: "HS256", kid: "k" }, {}, publicKey)}"))
      local der = ("${der.toString("hex")}"):gsub("..", function(digits) return string.char(tonumber(digits, 16)) end)
      show(jwt:verify(der, "${derToken}"))
      print(select(2, pcall(jwt.sign, jwt, ${lua(publicKey)}, { header = { alg = "HS256" }, payload = {} })).reason)
      local token = jwt:sign("0123456789", { header = { alg = "HS256" }, payload = {} })
      show(jwt:verify("0123456789", token))
    `),
  ).toEqual([...Array.from({ length: 4 }, () => `false ${refusal}`), refusal, AWESOME]);
});

test("weak keys, broken keys", () => {
  const weak = pair("rsa", 1024);
  const token = (() => {
    const text = tokenOf({ alg: "RS256" }, {}, "").slice(0, -1);
    return `${text}.${signBytes("sha256", Buffer.from(text), weak.privateKey).toString("base64url")}`;
  })();
  expect(
    run(`${PRELUDE}
      show(jwt:verify(${lua(weak.publicKey)}, "${token}"))
      show(jwt:verify("-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----", "${token}"))
      show(jwt:verify("-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----", "${token}"))
      show(jwt:verify("-----BEGIN PUBLIC KEY-----", "${token}"))
    `),
  ).toEqual([
    "false key type mismatch: alg RS256 requires an RSA key of 2048 bits or more",
    ...Array.from({ length: 3 }, () => "false Decode secret is not a valid cert/public key"),
  ]);
});
