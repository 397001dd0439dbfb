/**
 * The module `uuid`, with the functions of lua-resty-jit-uuid, which the original came with. Random ones
 * are made of random bytes of the system, so nothing needs a seed.
 */
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../stdlib/library.ts";
import { fromHex, toHex } from "../bytes.ts";
import { randomBytes } from "../random.ts";
import { digest } from "./crypto/digest.ts";
import { nowMs } from "./ngx/time.ts";

/** Of any version, of the variant that RFC 9562 describes. */
const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const RANDOM = 0x40;
const BY_MD5 = 0x30;
const BY_SHA1 = 0x50;

const uuidLibrary = defineLibrary("uuid", {
  /** A random UUID (version 4): "3d813cbb-47fb-42ba-91df-831e1593ac29". `uuid()` is the same. @signature () */
  generate_v4: () => format(randomBytes(16), RANDOM),

  /**
   * The UUID of a name in a namespace, which is a UUID itself, by MD5 (version 3). Nil and a message when
   * the namespace is no UUID, or the name no string.
   *
   * @signature ([namespace, name])
   */
  generate_v3: (namespace, name) => named(namespace, name, BY_MD5),

  /** As `uuid.generate_v3`, by SHA-1 (version 5). @signature ([namespace, name]) */
  generate_v5: (namespace, name) => named(namespace, name, BY_SHA1),

  /** A function that gives for a name what `uuid.generate_v3` does; nil and a message when the namespace is no UUID. @signature ([namespace]) */
  factory_v3: (namespace) => factory(namespace, BY_MD5),

  /** As `uuid.factory_v3`, by SHA-1. @signature ([namespace]) */
  factory_v5: (namespace) => factory(namespace, BY_SHA1),

  /** Whether a value is a UUID as text, of any version. @signature ([value]) */
  is_valid: (value) => isUuid(value),

  /** Accepted for the sake of programs that seeded lua-resty-jit-uuid: nothing needs it. Gives the seed back. @signature ([seed]) */
  seed: (seed) => (typeof seed === "number" ? seed : Math.floor(nowMs() / 1000)),
});

const callModule: LuaFunction = defineBuiltin("uuid", () => format(randomBytes(16), RANDOM));

/** Makes the module's table. */
export function openUuid(_state: LuaState): LuaTable {
  const table = libraryTable(uuidLibrary);
  table.metatable = new LuaTable();
  table.metatable.setString("__call", callModule);
  return table;
}

function isUuid(value: LuaValue): value is string {
  return typeof value === "string" && FORM.test(value) && value.length === 36;
}

function factory(namespace: LuaValue, version: number): Results {
  if (!isUuid(namespace)) return NO_NAMESPACE;
  return defineBuiltin("uuid.factory", (name) => named(namespace, name, version));
}

const NO_NAMESPACE = [undefined, "namespace must be a valid UUID"];

function named(namespace: LuaValue, name: LuaValue, version: number): Results {
  if (!isUuid(namespace)) return NO_NAMESPACE;
  if (typeof name !== "string") return [undefined, "name must be a string"];
  const bytes = fromHex(namespace.replaceAll("-", "")) + name;
  return format(digest(version === BY_MD5 ? "md5" : "sha1", bytes), version);
}

/** @param version In the upper half of a byte. */
function format(bytes: string, version: number): string {
  const versionByte = (bytes.charCodeAt(6) & 0x0f) | version;
  const variantByte = (bytes.charCodeAt(8) & 0x3f) | 0x80;
  const marked = [
    bytes.slice(0, 6),
    String.fromCharCode(versionByte),
    bytes.slice(7, 8),
    String.fromCharCode(variantByte),
    bytes.slice(9, 16),
  ];
  const hex = toHex(marked.join(""));
  const ends = [8, 12, 16, 20, 32];
  return ends.map((end, index) => hex.slice(ends[index - 1] ?? 0, end)).join("-");
}
