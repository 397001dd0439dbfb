/**
 * Signatures of JSON Web Tokens (RFC 7515, 7518, 8037). What a key is decides what it may be used for, never the
 * token: an algorithm takes keys of one kind only, so that nobody can pass a public key off as a secret.
 */
import type { KeyObject } from "node:crypto";
import type { DigestName } from "./digest.ts";
import { isKeyText } from "./keyText.ts";
import { nodeCrypto } from "./node.lazy.ts";

interface Algorithm {
  readonly kind: "HMAC" | "RSA" | "PSS" | "EC" | "Ed";
  readonly digest: DigestName;
  /** Of `EC`. */
  readonly curve?: { readonly openssl: string; readonly jose: string; readonly length: number };
}

const P256 = { openssl: "prime256v1", jose: "P-256", length: 64 };
const P384 = { openssl: "secp384r1", jose: "P-384", length: 96 };
const P521 = { openssl: "secp521r1", jose: "P-521", length: 132 };

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  ["HS256", { kind: "HMAC", digest: "sha256" }],
  ["HS384", { kind: "HMAC", digest: "sha384" }],
  ["HS512", { kind: "HMAC", digest: "sha512" }],
  ["RS256", { kind: "RSA", digest: "sha256" }],
  ["RS384", { kind: "RSA", digest: "sha384" }],
  ["RS512", { kind: "RSA", digest: "sha512" }],
  ["PS256", { kind: "PSS", digest: "sha256" }],
  ["PS384", { kind: "PSS", digest: "sha384" }],
  ["PS512", { kind: "PSS", digest: "sha512" }],
  ["ES256", { kind: "EC", digest: "sha256", curve: P256 }],
  ["ES384", { kind: "EC", digest: "sha384", curve: P384 }],
  ["ES512", { kind: "EC", digest: "sha512", curve: P521 }],
  ["EdDSA", { kind: "Ed", digest: "sha512" }],
]);

export const JWS_ALGORITHMS: readonly string[] = [...ALGORITHMS.keys()];

/** RFC 7518, 3.3. In bits. */
const MIN_RSA_LENGTH = 2048;

/** A key that can't be used for what it is given for. The message says why, and nothing of the key. */
export class KeyProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/**
 * The signature of some bytes.
 *
 * @param name One of `JWS_ALGORITHMS`.
 * @param secret Any bytes for HS*, a private key as PEM for all others.
 */
export function signJws(name: string, secret: string, message: string): string | KeyProblem {
  const algorithm = algorithmOf(name);
  if (algorithm.kind === "HMAC") {
    const problem = secretProblem(name, secret);
    return problem ?? hmacOf(algorithm, secret, message).toString("latin1");
  }
  const key = readKey(secret, "private");
  if (key === undefined) return new KeyProblem(`signer error: ${name} needs a private key as PEM`);
  const problem = kindProblem(name, algorithm, key);
  if (problem !== undefined) return problem;
  const bytes = Buffer.from(message, "latin1");
  const sign = () => nodeCrypto().sign(digestOf(algorithm), bytes, optionsFor(algorithm, key));
  const signature = unlessRefused(sign);
  return (
    signature?.toString("latin1") ??
    new KeyProblem(`signer error: the key can't be used for ${name}`)
  );
}

/**
 * Whether a signature is that of some bytes.
 *
 * @param name One of `JWS_ALGORITHMS`.
 * @param secret As for `signJws`, but a public key or a certificate.
 */
export function verifyJws(
  name: string,
  secret: string,
  { message, signature }: { readonly message: string; readonly signature: string },
): boolean | KeyProblem {
  const algorithm = algorithmOf(name);
  const bytes = Buffer.from(signature, "latin1");
  if (algorithm.kind === "HMAC") {
    const problem = secretProblem(name, secret);
    if (problem !== undefined) return problem;
    const expected = hmacOf(algorithm, secret, message);
    return bytes.length === expected.length && nodeCrypto().timingSafeEqual(bytes, expected);
  }
  const key = readKey(secret, "public");
  if (key === undefined) return new KeyProblem("Decode secret is not a valid cert/public key");
  const problem = kindProblem(name, algorithm, key);
  if (problem !== undefined) return problem;
  if (algorithm.curve !== undefined && bytes.length !== algorithm.curve.length) return false;
  const text = Buffer.from(message, "latin1");
  const options = optionsFor(algorithm, key);
  const check = () => nodeCrypto().verify(digestOf(algorithm), text, options, bytes);
  return unlessRefused(check) ?? false;
}

/** OpenSSL refuses keys that are for other digests only. */
function unlessRefused<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch (thrown) {
    const { code } = thrown as { code?: unknown };
    if (typeof code === "string" && code.startsWith("ERR_OSSL_")) return undefined;
    throw thrown;
  }
}

function algorithmOf(name: string): Algorithm {
  const algorithm = ALGORITHMS.get(name);
  if (algorithm === undefined) throw new Error(`no algorithm: ${name}`);
  return algorithm;
}

function hmacOf({ digest }: Algorithm, secret: string, message: string): Buffer {
  const key = Buffer.from(secret, "latin1");
  return nodeCrypto().createHmac(digest, key).update(message, "latin1").digest();
}

/** The digest is part of how Ed25519 and Ed448 sign. */
function digestOf({ kind, digest }: Algorithm): string | undefined {
  return kind === "Ed" ? undefined : digest;
}

function optionsFor({ kind }: Algorithm, key: KeyObject) {
  const { constants } = nodeCrypto();
  if (kind === "EC") return { key, dsaEncoding: "ieee-p1363" as const };
  if (kind !== "PSS") return { key };
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

/** What everybody may know is no secret, and may have been given for another algorithm. */
function secretProblem(name: string, secret: string): KeyProblem | undefined {
  if (secret === "") return new KeyProblem(`invalid secret for ${name}: it is empty`);
  if (isKeyText(secret)) {
    return new KeyProblem(
      `invalid secret for ${name}: a key or a certificate can't be an HMAC secret`,
    );
  }
  return undefined;
}

/** Of a text in PEM; `undefined` for all else. */
function readKey(text: string, wanted: "private" | "public"): KeyObject | undefined {
  const { createPrivateKey, createPublicKey, X509Certificate } = nodeCrypto();
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? "";
  try {
    if (wanted === "private") {
      return label.endsWith("PRIVATE KEY") ? createPrivateKey(text) : undefined;
    }
    if (label === "CERTIFICATE") return new X509Certificate(text).publicKey;
    return label.endsWith("PUBLIC KEY") ? createPublicKey(text) : undefined;
  } catch {
    return undefined;
  }
}

function kindProblem(name: string, algorithm: Algorithm, key: KeyObject): KeyProblem | undefined {
  const needed = neededInstead(algorithm, key);
  if (needed === undefined) return undefined;
  return new KeyProblem(`key type mismatch: alg ${name} requires ${needed}`);
}

/** The kind of key that it should be; `undefined` when it is of that kind. */
function neededInstead({ kind, curve }: Algorithm, key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  switch (kind) {
    case "RSA":
      return type === "rsa" ? longEnough(key) : "an RSA key";
    case "PSS":
      return type === "rsa" || type === "rsa-pss" ? longEnough(key) : "an RSA key";
    case "EC": {
      const fits = type === "ec" && details?.namedCurve === curve?.openssl;
      return fits ? undefined : `an EC ${curve?.jose ?? ""} key`;
    }
    case "Ed":
      return type === "ed25519" || type === "ed448" ? undefined : "an Ed25519 or Ed448 key";
    case "HMAC":
      return "a secret";
  }
}

function longEnough({ asymmetricKeyDetails }: KeyObject): string | undefined {
  const isLong = (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_LENGTH;
  return isLong ? undefined : "an RSA key of 2048 bits or more";
}
