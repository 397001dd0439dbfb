/** The module `ngx.base64`: the base64 of URLs. */
import { toBase64Url } from "../../bytes.ts";
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { decodeBase64Url } from "./text/base64.ts";

const NO_STRING = [undefined, "must provide a string"];

const base64Library = defineLibrary("ngx.base64", {
  /** The base64 of some bytes in the alphabet of URLs, without padding; nil and why not. @signature ([bytes]) */
  encode_base64url: (bytes) => (typeof bytes === "string" ? toBase64Url(bytes) : NO_STRING),

  /** The bytes that such a text stands for; nil and why not. @signature ([text]) */
  decode_base64url: (text) =>
    typeof text === "string" ? (decodeBase64Url(text) ?? [undefined, "invalid input"]) : NO_STRING,
});

/** Makes the module's table. */
export function openBase64(_state: LuaState): LuaTable {
  return libraryTable(base64Library);
}
