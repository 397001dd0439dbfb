/**
 * JSON to and from Lua values, with the rules and texts of lua-cjson as OpenResty ships it. JSON
 * texts are byte strings in UTF-8, like all Lua strings.
 */
export { decodeJson, DEFAULT_DECODE_OPTIONS, type DecodeOptions } from "./decode.ts";
export { DEFAULT_ENCODE_OPTIONS, encodeJson, type EncodeOptions } from "./encode.ts";
export { JsonError } from "./JsonError.ts";
export {
  createArrayMetatable,
  createEmptyArrayMetatable,
  EMPTY_ARRAY,
  JSON_NULL,
} from "./markers.ts";
