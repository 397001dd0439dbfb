/**
 * Functions of `ngx` that turn texts into others: encodings, digests, queries, dates. Whatever is given
 * in place of a string is turned into one as `tostring` does, nil and false into "".
 */
import { toHex } from "../../../bytes.ts";
import { current } from "../../../core/current.ts";
import { typeOf } from "../../../core/metatable.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaValue } from "../../../core/value.ts";
import { callerError, checkInteger, checkString, checkTable } from "../../../stdlib/arguments.ts";
import { defineLibrary } from "../../../stdlib/library.ts";
import { localZone } from "../../../stdlib/os.ts";
import { digest, hmac } from "../../crypto/digest.ts";
import { nowMs } from "../time.ts";
import { decodeBase64, decodeBase64Mime, encodeBase64 } from "./base64.ts";
import { crc32 } from "./crc32.ts";
import { cookieTime, dateText, dateTimeText, httpTime, parseHttpTime } from "./httpTime.ts";
import { decodeQuery, encodeQuery } from "./query.ts";
import { quoteSql } from "./sql.ts";
import { COMPONENT, escapeUri, PURPOSE_COUNT, unescapeUri } from "./uri.ts";

/** So many arguments are decoded unless told otherwise. */
const MAX_ARGUMENTS = 100;

export const textLibrary = defineLibrary("ngx", {
  /**
   * The base64 of some bytes, padded with `=` unless told otherwise.
   *
   * @signature ([bytes [, isWithoutPadding]])
   * @throws LuaError "bad no_padding: boolean expected, got number"
   */
  encode_base64: (bytes, isWithoutPadding) => {
    if (typeof isWithoutPadding !== "boolean" && isWithoutPadding !== undefined) {
      return callerError(`bad no_padding: boolean expected, got ${typeOf(isWithoutPadding)}`);
    }
    return encodeBase64(bytesOf(bytes), isWithoutPadding !== true);
  },

  /** The bytes that a base64 stands for; nil when it is none. @signature (text) @throws LuaError "string argument only" */
  decode_base64: (text) => decodeBase64(onlyString(text)),

  /** As `ngx.decode_base64`, with line breaks and whatever else belongs to no alphabet left out. @signature (text) @throws LuaError "string argument only" */
  decode_base64mime: (text) => decodeBase64Mime(onlyString(text)),

  /** The MD5 digest of some bytes, in hexadecimal. @signature ([bytes]) */
  md5: (bytes) => toHex(digest("md5", bytesOf(bytes))),

  /** The MD5 digest of some bytes: 16 bytes. @signature ([bytes]) */
  md5_bin: (bytes) => digest("md5", bytesOf(bytes)),

  /** The SHA-1 digest of some bytes: 20 bytes. @signature ([bytes]) */
  sha1_bin: (bytes) => digest("sha1", bytesOf(bytes)),

  /** The HMAC of some bytes with SHA-1: 20 bytes. @signature (key, bytes) @throws LuaError "expecting 2 arguments, but got 1" */
  hmac_sha1: (...values) => {
    if (values.length !== 2) {
      return callerError(`expecting 2 arguments, but got ${String(values.length)}`);
    }
    return hmac("sha1", checkString(values[0], 1), checkString(values[1], 2));
  },

  /** The CRC-32 of some bytes. @signature ([bytes]) */
  crc32_short: (bytes) => crc32(bytesOf(bytes)),

  /** The CRC-32 of some bytes. nginx has two ways to calculate it; here they are one. @signature ([bytes]) */
  crc32_long: (bytes) => crc32(bytesOf(bytes)),

  /**
   * A text as part of a URI. The purpose is nginx's number: 0 a whole URI, 1 its arguments, 2 (unless
   * told otherwise) a component, 3 HTML, 4 the header Refresh, 5 a key of memcached, 6 mail.
   *
   * @signature ([text [, purpose]])
   * @throws LuaError '"type" is not a number', '"type" 9 out of range'
   */
  escape_uri: (text, purpose = COMPONENT) => {
    if (typeof purpose !== "number") return callerError('"type" is not a number');
    if (!(purpose >= 0 && purpose < PURPOSE_COUNT)) {
      return callerError(`"type" ${toText(purpose)} out of range`);
    }
    return escapeUri(bytesOf(text), Math.trunc(purpose));
  },

  /** The text of a part of a URI; `+` becomes a blank. @signature ([text]) */
  unescape_uri: (text) => unescapeUri(bytesOf(text)),

  /**
   * A table as the query of a URI, such as "a=1&b".
   *
   * @signature (arguments)
   * @throws LuaError "expecting 1 argument but seen 0", "attempt to use function as query arg value"
   */
  encode_args: (...values) => {
    if (values.length !== 1) {
      return callerError(`expecting 1 argument but seen ${String(values.length)}`);
    }
    return encodeQuery(checkTable(values[0], 1));
  },

  /**
   * The table of a query: a name without `=` has `true`, one that is there several times a list. So many
   * arguments at most are read, 100 unless told otherwise, 0 for all; when there are more, "truncated"
   * is a second result.
   *
   * @signature (text [, maximum])
   * @throws LuaError "expecting 1 or 2 arguments but seen 0"
   */
  decode_args: (...values) => {
    if (values.length !== 1 && values.length !== 2) {
      return callerError(`expecting 1 or 2 arguments but seen ${String(values.length)}`);
    }
    const text = checkString(values[0], 1);
    const maximum = values.length === 2 ? checkInteger(values[1], 2) : MAX_ARGUMENTS;
    const { table, isTruncated } = decodeQuery(text, maximum);
    return isTruncated ? [table, "truncated"] : table;
  },

  /** A text as a string of MySQL, with its quotes. @signature (text) @throws LuaError "expecting one argument" */
  quote_sql_str: (...values) => {
    if (values.length !== 1) return callerError("expecting one argument");
    return quoteSql(checkString(values[0], 1));
  },

  /** Today's date in local time: "2026-11-27". @signature () */
  today: () => dateText(localSeconds()),

  /** Local time: "2026-11-27 08:30:00". @signature () */
  localtime: () => dateTimeText(localSeconds()),

  /** UTC: "2026-11-27 08:30:00". @signature () */
  utctime: () => dateTimeText(seconds()),

  /** A time as HTTP writes it: "Fri, 27 Nov 2026 08:30:00 GMT". @signature (seconds) @throws LuaError "number argument only" */
  http_time: (time) => httpTime(onlyNumber(time)),

  /** A time as cookies have it: "Fri, 27-Nov-26 08:30:00 GMT". @signature (seconds) @throws LuaError "number argument only" */
  cookie_time: (time) => cookieTime(onlyNumber(time)),

  /** Seconds since the epoch of a date as HTTP writes it; nil when it is none. @signature (text) @throws LuaError "string argument only" */
  parse_http_time: (text) => parseHttpTime(onlyString(text)),
});

function bytesOf(value: LuaValue): string {
  return value === undefined || value === false ? "" : toText(value);
}

function onlyString(value: LuaValue): string {
  return typeof value === "string" ? value : callerError("string argument only");
}

function onlyNumber(value: LuaValue): number {
  return typeof value === "number" ? value : callerError("number argument only");
}

function seconds(): number {
  return Math.floor(nowMs() / 1000);
}

/** What clocks here show. */
function localSeconds(): number {
  return seconds() + localZone(current.state)(seconds()).offsetSeconds;
}
