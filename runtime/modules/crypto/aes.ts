/** AES, and the derivation of keys from passwords that OpenSSL's command has (`EVP_BytesToKey`). */
import { digest, type DigestName } from "./digest.ts";
import { nodeCrypto } from "./node.lazy.ts";

export const AES_MODES = ["cbc", "ecb", "cfb", "cfb1", "cfb8", "ofb", "ctr", "gcm"] as const;
export type AesMode = (typeof AES_MODES)[number];

/** Of the key, in bits. */
export type AesSize = 128 | 192 | 256;

export interface AesSettings {
  readonly size: AesSize;
  readonly mode: AesMode;
  /** `size / 8` bytes. */
  readonly key: string;
  /** `ivLengthOf(mode)` bytes; in `gcm` any number from 1. */
  readonly iv: string;
  /** Whether messages are filled up to whole blocks, in `cbc` and `ecb`. */
  readonly hasPadding: boolean;
}

/** A part of a message in `gcm` that makes changes seen. */
export interface Authentication {
  /** Of what is not encrypted but belongs to the message. */
  readonly additionalData: string;
  /** 16 bytes; of a message to decrypt. */
  readonly tag: string;
}

export const TAG_LENGTH = 16;

/** In bytes. Of `gcm` it is what OpenSSL derives. */
export function ivLengthOf(mode: AesMode): number {
  if (mode === "ecb") return 0;
  return mode === "gcm" ? 12 : 16;
}

/** @returns `undefined` for what does not fill whole blocks, without padding. */
export function encryptAes(
  settings: AesSettings,
  message: string,
  additionalData: string,
): { readonly bytes: string; readonly tag: string } | undefined {
  const { size, mode, hasPadding } = settings;
  const key = toBuffer(settings.key);
  const iv = toBuffer(settings.iv);
  if (mode === "gcm") {
    const cipher = nodeCrypto().createCipheriv(`aes-${sizeText(size)}-gcm`, key, iv);
    cipher.setAAD(toBuffer(additionalData));
    const bytes = cipher.update(message, "latin1", "latin1") + cipher.final("latin1");
    return { bytes, tag: cipher.getAuthTag().toString("latin1") };
  }
  const cipher = nodeCrypto().createCipheriv(`aes-${sizeText(size)}-${mode}`, key, iv);
  cipher.setAutoPadding(hasPadding);
  return unlessWrong(() => ({
    bytes: cipher.update(message, "latin1", "latin1") + cipher.final("latin1"),
    tag: "",
  }));
}

/** @returns `undefined` for what was not encrypted with this key, or was changed; only `gcm` sees all of that. */
export function decryptAes(
  settings: AesSettings,
  bytes: string,
  { additionalData, tag }: Authentication,
): string | undefined {
  const { size, mode, hasPadding } = settings;
  const key = toBuffer(settings.key);
  const iv = toBuffer(settings.iv);
  if (mode === "gcm") {
    // A shorter tag would be accepted, too, and is easier to guess.
    if (tag.length !== TAG_LENGTH) return undefined;
    const options = { authTagLength: TAG_LENGTH };
    const decipher = nodeCrypto().createDecipheriv(`aes-${sizeText(size)}-gcm`, key, iv, options);
    decipher.setAAD(toBuffer(additionalData));
    decipher.setAuthTag(toBuffer(tag));
    return unlessWrong(() => decipher.update(bytes, "latin1", "latin1") + decipher.final("latin1"));
  }
  const decipher = nodeCrypto().createDecipheriv(`aes-${sizeText(size)}-${mode}`, key, iv);
  decipher.setAutoPadding(hasPadding);
  return unlessWrong(() => decipher.update(bytes, "latin1", "latin1") + decipher.final("latin1"));
}

/**
 * A key and an initialization vector from a password: digests of the one before, the password and the
 * salt, each repeated for so many rounds.
 *
 * @param salt 8 bytes, or "".
 */
export function deriveKey(
  name: DigestName,
  { password, salt, rounds, length }: Derivation,
): string {
  let derived = "";
  let block = "";
  while (derived.length < length) {
    block = digest(name, block + password + salt);
    for (let round = 1; round < rounds; round++) block = digest(name, block);
    derived += block;
  }
  return derived.slice(0, length);
}

export interface Derivation {
  readonly password: string;
  readonly salt: string;
  /** From 1. */
  readonly rounds: number;
  /** In bytes. */
  readonly length: number;
}

function sizeText(size: AesSize): "128" | "192" | "256" {
  return String(size) as "128" | "192" | "256";
}

function toBuffer(bytes: string): Buffer {
  return Buffer.from(bytes, "latin1");
}

/** OpenSSL's errors about messages have this code, or none at all. */
function unlessWrong<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch (thrown) {
    const { code, message } = thrown as { code?: unknown; message?: unknown };
    const isWrong =
      (typeof code === "string" && code.startsWith("ERR_OSSL_")) ||
      (typeof message === "string" && message.startsWith("Unsupported state or unable to auth"));
    if (isWrong) return undefined;
    throw thrown;
  }
}
