/** Certificates for tests, made on the spot: the little of X.509 (RFC 5280) that it takes. */
import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

interface Authority extends TestCertificate {
  issue(options?: { readonly names?: readonly string[]; readonly days?: number }): TestCertificate;
}

/** An authority of its own, whose certificates are for 127.0.0.1 and these names. */
export function createAuthority(): Authority {
  const pair = newKey();
  const name = distinguishedName(`test authority ${randomBytes(4).toString("hex")}`);
  const isAuthority = extension("551d13", sequence(Buffer.from([0x01, 0x01, 0xff])));
  const own = certificate({
    subject: name,
    issuer: name,
    pair,
    signer: pair,
    extensions: [isAuthority],
  });
  return {
    ...own,
    issue: ({ names = ["localhost"], days = 1 } = {}) => {
      const alternatives = [
        ...names.map((each) => der(0x82, Buffer.from(each))),
        der(0x87, Buffer.from([127, 0, 0, 1])),
      ];
      return certificate({
        subject: distinguishedName(names[0] ?? "nobody"),
        issuer: name,
        pair: newKey(),
        signer: pair,
        extensions: [extension("551d11", sequence(...alternatives))],
        days,
      });
    },
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newKey(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

interface CertificateParts {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly pair: KeyPair;
  readonly signer: KeyPair;
  readonly extensions: readonly Buffer[];
  readonly days?: number;
}

const ECDSA_SHA256 = sequence(objectId("2a8648ce3d040302"));

function certificate(parts: CertificateParts): TestCertificate {
  const { subject, issuer, pair, signer, extensions, days = 1 } = parts;
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    issuer,
    sequence(time(-2), time(days)),
    subject,
    pair.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = createSign("sha256").update(content).sign(signer.privateKey);
  const whole = sequence(content, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

/** @param days From now. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return der(0x18, Buffer.from(`${text.replaceAll(/[-:T]|\..*/g, "")}Z`));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** A tag, a length, and what it is about. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}
