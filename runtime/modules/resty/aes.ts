/** The module `resty.aes`, as lua-resty-string has it. What it encrypts, that library decrypts, and the other way round. */
import { callFirst } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import {
  argumentError,
  callerError,
  checkString,
  checkTable,
  optionalInteger,
  optionalString,
} from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import {
  AES_MODES,
  decryptAes,
  deriveKey,
  encryptAes,
  ivLengthOf,
  type AesMode,
  type AesSettings,
  type AesSize,
} from "../crypto/aes.ts";
import type { DigestName } from "../crypto/digest.ts";

const DIGESTS: readonly DigestName[] = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
const SIZES: readonly AesSize[] = [128, 192, 256];

/** A call of `new` can't take much longer than so many digests. */
const MAX_ROUNDS = 1_000_000;

const MAX_IV_LENGTH = 64;

const aesLibrary = defineLibrary("resty.aes", {
  /**
   * What encrypts and decrypts with a key; nil and a message for what does not fit together.
   *
   * The key is a password, from which the real one is derived with a salt (nil or 8 bytes), a digest (one of `aes.hash`: `md5`
   * unless told otherwise, `sha1`, `sha224`, `sha256`, `sha384`, `sha512`) and a number of rounds (1). In place of the digest a
   * table `{iv = ..., method = ...}` gives the initialization vector: then the key is used as it is, or what the
   * function `method` makes of it. The cipher is what `aes.cipher` gives: AES-128 in mode `cbc` unless told otherwise. The
   * length of the vector counts for `gcm` with a password only; without padding messages have to fill whole blocks of 16
   * bytes in `cbc` and `ecb`.
   *
   * @signature (self, key [, salt [, cipher [, hash [, rounds [, ivLength [, isPadded]]]]]])
   * @throws LuaError "bad argument #3 to 'new' (what aes.cipher gives expected)"
   */
  new: (...values) => {
    const settings = readSettings(values);
    if (typeof settings === "string") return [undefined, settings];
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    ciphers.set(object, settings);
    return object;
  },

  /**
   * A cipher for `aes:new`: a size (128, 192, 256 bits) and a mode (`cbc`, `ecb`, `cfb1`, `cfb8`, `cfb128`, `ofb`, `ctr`, `gcm`).
   * Nil when there is none such.
   *
   * @signature ([size [, mode]])
   */
  cipher: (size, mode) => {
    const found = findCipher(size ?? 128, mode ?? "cbc");
    if (found === undefined) return undefined;
    const table = new LuaTable();
    table.setString("size", found.size);
    table.setString("cipher", mode ?? "cbc");
    table.setString("method", `aes-${String(found.size)}-${found.mode}`);
    return table;
  },

  /**
   * A message, encrypted; in `gcm` a table with that and the tag, 16 bytes, and what is to be authenticated with the
   * message may be given. Nil and a message when it can't be.
   *
   * @signature (self, message [, additionalData])
   */
  encrypt: (self, messageValue, additionalValue) => {
    const settings = checkCipher(self);
    const message = checkString(messageValue, 2);
    const encrypted = encryptAes(settings, message, optionalString(additionalValue, 3, ""));
    if (encrypted === undefined) return [undefined, "the message does not fill whole blocks"];
    if (settings.mode !== "gcm") return encrypted.bytes;
    const results = new LuaTable();
    results.push(encrypted.bytes);
    results.push(encrypted.tag);
    return results;
  },

  /**
   * What was encrypted; in `gcm` with its tag, and what was authenticated with it. Nil and a message for what was
   * encrypted with another key, or changed: `gcm` sees all of that, the others not always.
   *
   * @signature (self, bytes [, tag [, additionalData]])
   */
  decrypt: (self, bytesValue, tagValue, additionalValue) => {
    const settings = checkCipher(self);
    const decrypted = decryptAes(settings, checkString(bytesValue, 2), {
      tag: settings.mode === "gcm" ? optionalString(tagValue, 3, "") : "",
      additionalData: optionalString(additionalValue, 4, ""),
    });
    return decrypted ?? [undefined, "failed to decrypt: another key, or changed bytes"];
  },
});

const metatables = new WeakMap<LuaState, LuaTable>();
const ciphers = new WeakMap<LuaTable, AesSettings>();

/** Makes the module's table. */
export function openAes(state: LuaState): LuaTable {
  const hashes = Object.fromEntries(DIGESTS.map((name) => [name, name]));
  const table = libraryTable(aesLibrary, { hash: libraryTable({ functions: {} }, hashes) });
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

function checkCipher(value: LuaValue): AesSettings {
  const settings = value instanceof LuaTable ? ciphers.get(value) : undefined;
  return settings ?? callerError("not a cipher: call it with ':', on what 'new' gave");
}

function findCipher(
  size: LuaValue,
  mode: LuaValue,
): { readonly size: AesSize; readonly mode: AesMode } | undefined {
  // OpenSSL's name for it is the other one.
  const wanted = mode === "cfb128" ? "cfb" : mode;
  const foundSize = SIZES.find((each) => each === Number(size));
  const foundMode = AES_MODES.find((each) => each === wanted);
  if (foundSize === undefined || foundMode === undefined) return undefined;
  return { size: foundSize, mode: foundMode };
}

/** @returns What is wrong with them, if something is. */
function readSettings(values: readonly LuaValue[]): AesSettings | string {
  const [, keyValue, saltValue, cipherValue, hashValue, roundsValue, , isPadded] = values;
  const given = checkString(keyValue, 2);
  const cipher =
    cipherValue === undefined
      ? { size: 128 as const, mode: "cbc" as const }
      : readCipher(checkTable(cipherValue, 4));
  const hasPadding = isPadded !== false;
  if (hashValue instanceof LuaTable) {
    const keys = readKeys(given, hashValue, cipher);
    return typeof keys === "string" ? keys : { ...cipher, ...keys, hasPadding };
  }
  const wanted = hashValue ?? "md5";
  const name = DIGESTS.find((each) => each === wanted);
  if (name === undefined) return argumentError(5, "one of aes.hash, or a table, expected");
  const salt = optionalString(saltValue, 3, "");
  if (salt !== "" && salt.length !== 8) return "salt must be 8 characters or nil";
  const rounds = optionalInteger(roundsValue, 6, 1);
  if (rounds < 1 || rounds > MAX_ROUNDS) {
    return argumentError(6, `must be a whole number from 1 to ${String(MAX_ROUNDS)}`);
  }
  const keyLength = cipher.size / 8;
  const length = keyLength + ivLengthOf(cipher.mode);
  const derived = deriveKey(name, { password: given, salt, rounds, length });
  const iv = derived.slice(keyLength);
  return {
    ...cipher,
    hasPadding,
    key: derived.slice(0, keyLength),
    iv: cipher.mode === "gcm" ? lengthen(iv, values[6], keyLength) : iv,
  };
}

/** As that library does it: what is derived has 12 bytes, zeros fill it up. */
function lengthen(iv: string, lengthValue: LuaValue, otherwise: number): string {
  const length = optionalInteger(lengthValue, 7, otherwise);
  if (length < 1 || length > MAX_IV_LENGTH) {
    return argumentError(7, `must be a whole number from 1 to ${String(MAX_IV_LENGTH)}`);
  }
  return iv.slice(0, length).padEnd(length, "\0");
}

/** @throws LuaError "bad argument #3 to 'new' (what aes.cipher gives expected)" */
function readCipher(table: LuaTable): { readonly size: AesSize; readonly mode: AesMode } {
  const found = findCipher(table.getString("size"), table.getString("cipher"));
  return found ?? argumentError(4, "what aes.cipher gives expected");
}

/** A key and a vector as they are. */
function readKeys(
  given: string,
  table: LuaTable,
  { size, mode }: { readonly size: AesSize; readonly mode: AesMode },
): Pick<AesSettings, "key" | "iv"> | string {
  const iv = table.getString("iv");
  if (typeof iv !== "string") return "iv is needed";
  const length = ivLengthOf(mode);
  const fits = mode === "gcm" ? iv.length >= 1 && iv.length <= MAX_IV_LENGTH : iv.length === length;
  if (!fits && length > 0) return "bad iv length";
  const method = table.getString("method");
  const key = method === undefined ? given : callFirst(method, given);
  if (typeof key !== "string" || key.length !== size / 8) return "bad key length";
  return { key, iv: length === 0 ? "" : iv };
}
