/** `%s`, `%q`, `%c` and `%p`. */
import { call, first, type Pending } from "../../../core/call.ts";
import { metamethod } from "../../../core/metatable.ts";
import { addressOf, plainText } from "../../../core/toText.ts";
import type { LuaValue } from "../../../core/value.ts";
import type { Directive } from "./directive.ts";
import { pad } from "./pad.ts";

/**
 * The text of an argument of `%s` and `%q`. Unlike `tostring`, whatever `__tostring` gives back
 * will do.
 */
export function argumentText(value: LuaValue): string | Pending {
  if (typeof value === "string") return value;
  const handler = metamethod(value, "__tostring");
  if (handler === undefined) return plainText(value);
  const text = first(call(handler, value));
  return text === null ? null : plainText(text);
}

export function formatText(directive: Directive, text: string): string {
  const { precision, width } = directive;
  const shown = precision === undefined ? text : text.slice(0, precision);
  return pad(shown, width, directive.isLeft);
}

export function formatCharacter(directive: Directive, code: number): string {
  const text = String.fromCharCode(code & 255);
  return pad(text, directive.width, directive.isLeft);
}

/** A string literal that a Lua compiler reads back as the same string. */
export function quote(text: string): string {
  let quoted = '"';
  let copied = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code >= 35 && code !== 92 && code !== 127) continue;
    if (code === 32 || code === 33) continue;
    quoted += text.slice(copied, offset) + escapeOf(code, text.charAt(offset + 1));
    copied = offset + 1;
  }
  return `${quoted}${text.slice(copied)}"`;
}

/** @param next The character that follows; "" at the end. */
function escapeOf(code: number, next: string): string {
  if (code === 34) return '\\"';
  if (code === 92) return "\\\\";
  if (code === 10) return "\\\n";
  const isBeforeDigit = next >= "0" && next <= "9";
  return `\\${isBeforeDigit ? String(code).padStart(3, "0") : String(code)}`;
}

/** The address of an object; other values than strings have none. */
export function formatPointer(value: LuaValue): string {
  switch (typeof value) {
    case "string":
      return addressOfString(value);
    case "object":
    case "function":
      return addressOf(value);
    default:
      return "NULL";
  }
}

/** Equal strings are one object in Lua, so the stand-in for their address is made of their bytes. */
function addressOfString(text: string): string {
  let [low, high] = [0x811c9dc5, 0x1000193];
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high + code, 0x85ebca6b) ^ (high >>> 13);
  }
  const digits = (part: number, count: number) =>
    (part >>> 0).toString(16).padStart(8, "0").slice(-count);
  return `0x7f${digits(high, 2)}${digits(low, 8)}`;
}
