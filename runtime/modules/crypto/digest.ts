/** Digests of byte strings, and HMACs of them (RFC 2104). */
import { nodeCrypto } from "./node.lazy.ts";

export type DigestName = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** The digest of some bytes, as bytes. */
export function digest(name: DigestName, bytes: string): string {
  return nodeCrypto().createHash(name).update(bytes, "latin1").digest().toString("latin1");
}

/** The HMAC of some bytes, as bytes. */
export function hmac(name: DigestName, key: string, bytes: string): string {
  const keyBytes = Buffer.from(key, "latin1");
  return nodeCrypto()
    .createHmac(name, keyBytes)
    .update(bytes, "latin1")
    .digest()
    .toString("latin1");
}

/** A digest of bytes that come one after the other. */
export class RunningDigest {
  private readonly name: DigestName;
  private hash;

  constructor(name: DigestName) {
    this.name = name;
    this.hash = nodeCrypto().createHash(name);
  }

  update(bytes: string): void {
    this.hash.update(bytes, "latin1");
  }

  /** Of what came so far; more may follow. */
  value(): string {
    return this.hash.copy().digest().toString("latin1");
  }

  reset(): void {
    this.hash = nodeCrypto().createHash(this.name);
  }
}

/** An HMAC of bytes that come one after the other. */
export class RunningHmac {
  private readonly name: DigestName;
  private readonly key: string;
  private hash;
  /** Node's can't be copied, nor used after its end. */
  private ended: string | undefined = undefined;

  constructor(name: DigestName, key: string) {
    this.name = name;
    this.key = key;
    this.hash = this.begin();
  }

  /** @returns False when it has ended. */
  update(bytes: string): boolean {
    if (this.ended !== undefined) return false;
    this.hash.update(bytes, "latin1");
    return true;
  }

  /** Of what came so far; ends it. */
  value(): string {
    return (this.ended ??= this.hash.digest().toString("latin1"));
  }

  reset(): void {
    this.ended = undefined;
    this.hash = this.begin();
  }

  private begin() {
    return nodeCrypto().createHmac(this.name, Buffer.from(this.key, "latin1"));
  }
}
