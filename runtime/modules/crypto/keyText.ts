/**
 * Whether a secret is a key or a certificate in one of the forms in which people keep those. Who sets one in place of a
 * secret has a secret that everybody may know.
 */
import { nodeCrypto } from "./node.lazy.ts";

/** @param secret Bytes. */
export function isKeyText(secret: string): boolean {
  return (
    /-----BEGIN /i.test(secret) ||
    SSH.test(secret) ||
    isDerKey(secret) ||
    isDerKey(fromBase64(secret)) ||
    isJsonKey(secret)
  );
}

/** A line of `authorized_keys`. */
const SSH = /^\s*(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+[A-Za-z0-9+/]/;

/** PEM without its first and last line; "" for what is no such text. */
function fromBase64(text: string): string {
  if (!/^\s*M[A-Za-z0-9+/_\-\s]*(?:={1,2}\s*)?$/.test(text)) return "";
  return Buffer.from(text, "base64").toString("latin1");
}

/** Begins with what a certificate and most keys begin with, and is one. */
function isDerKey(bytes: string): boolean {
  if (!bytes.startsWith("\x30")) return false;
  const key = Buffer.from(bytes, "latin1");
  const { createPublicKey, X509Certificate } = nodeCrypto();
  return (
    succeeds(() => createPublicKey({ key, format: "der", type: "spki" })) ||
    succeeds(() => createPublicKey({ key, format: "der", type: "pkcs1" })) ||
    succeeds(() => new X509Certificate(key))
  );
}

/** A JSON Web Key, or a set of them (RFC 7517); but for those that are secrets. */
function isJsonKey(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  let value: { readonly kty?: unknown; readonly keys?: unknown };
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return false;
  }
  return isAsymmetric(value) || (Array.isArray(value.keys) && value.keys.some(isAsymmetric));
}

function isAsymmetric(value: unknown): boolean {
  const type = (value as { readonly kty?: unknown } | null)?.kty;
  return type === "RSA" || type === "EC" || type === "OKP";
}

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}
