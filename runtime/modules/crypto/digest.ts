/** Digests of byte strings. */
import { nodeCrypto } from "./node.lazy.ts";

export type DigestName = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** The digest of some bytes, as bytes. */
export function digest(name: DigestName, bytes: string): string {
  return nodeCrypto().createHash(name).update(bytes, "latin1").digest().toString("latin1");
}

/** The HMAC of some bytes (RFC 2104), as bytes. */
export function hmac(name: DigestName, key: string, bytes: string): string {
  const keyBytes = Buffer.from(key, "latin1");
  return nodeCrypto()
    .createHmac(name, keyBytes)
    .update(bytes, "latin1")
    .digest()
    .toString("latin1");
}
