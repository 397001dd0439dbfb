/** Tokens as text: what is signed, and what its parts say (RFC 7515, 7.1). */
import { toBase64Url } from "../../../bytes.ts";
import type { LuaTable as Table } from "../../../core/table.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue } from "../../../core/value.ts";
import { decodeJson, DEFAULT_ENCODE_OPTIONS, encodeJson, JsonError } from "../../../json/index.ts";
import { decodeBase64Url } from "../../ngx/text/base64.ts";

export interface Token {
  readonly rawHeader: string;
  readonly rawPayload: string;
  /** As in the token. */
  readonly rawSignature: string;
  /** Bytes. */
  readonly signature: string;
  readonly header: Table;
  readonly payload: Table;
}

const INVALID = "invalid jwt string";

/** So long a token is not even looked at: servers refuse headers of less. */
const MAX_LENGTH = 2 ** 20;

/** @returns What is wrong with it, if something is. */
export function readToken(text: LuaValue): Token | string {
  if (typeof text !== "string" || text.length > MAX_LENGTH) return INVALID;
  const parts = text.split(".");
  if (parts.length === 5) return "encrypted tokens (JWE) are not supported";
  const [rawHeader = "", rawPayload = "", rawSignature = ""] = parts;
  if (parts.length !== 3) return INVALID;
  const header = readObject(rawHeader);
  if (header === undefined) return `invalid header: ${rawHeader}`;
  const payload = readObject(rawPayload);
  if (payload === undefined) return `invalid payload: ${rawPayload}`;
  const signature = decodePart(rawSignature);
  if (signature === undefined) return "Wrongly encoded signature";
  return { rawHeader, rawPayload, rawSignature, signature, header, payload };
}

/** What is signed. */
export function signedText({ rawHeader, rawPayload }: Token): string {
  return `${rawHeader}.${rawPayload}`;
}

/** Numbers have all their digits. @throws JsonError */
export function writeObject(table: Table): string {
  return encodePart(encodeJson(table, { ...DEFAULT_ENCODE_OPTIONS, numberPrecision: 16 }));
}

export function encodePart(bytes: string): string {
  return toBase64Url(bytes);
}

/** There is one way only to write some bytes: what could be written otherwise could be changed unseen. */
function decodePart(text: string): string | undefined {
  const bytes = decodeBase64Url(text);
  return bytes !== undefined && toBase64Url(bytes) === text ? bytes : undefined;
}

/** A JSON object. */
function readObject(part: string): Table | undefined {
  const text = decodePart(part);
  if (text === undefined || !/^[ \t\r\n]*\{/.test(text)) return undefined;
  try {
    const value = decodeJson(text);
    return value instanceof LuaTable ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof JsonError) return undefined;
    throw thrown;
  }
}
