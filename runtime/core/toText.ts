/** Values as text: `tostring` (manual 5.1) and what it is made of. */
import { callFirst } from "./call.ts";
import { fault } from "./error.ts";
import { metamethod, typeOf } from "./metatable.ts";
import { numberToString } from "./number.ts";
import type { LuaValue } from "./value.ts";

/** Addresses grow from here in steps of an object's size, so that they look like addresses. */
const FIRST_ADDRESS = 0x41000000;
const ADDRESS_STEP = 0x20;

const addresses = new WeakMap<object, string>();
let addressCount = 0;

/** What `tostring` returns. @throws LuaError "'tostring' must return a string to 'print'" */
export function toText(value: LuaValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  const handler = metamethod(value, "__tostring");
  if (handler === undefined) return plainText(value);
  const text = callFirst(handler, value);
  if (typeof text === "string") return text;
  return typeof text === "number"
    ? numberToString(text)
    : fault.message("'tostring' must return a string to 'print'");
}

/** The text of a value whatever its metatable says. */
export function plainText(value: LuaValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return numberToString(value);
    case "undefined":
      return "nil";
    case "boolean":
      return String(value);
    default:
      return `${typeOf(value)}: ${addressOf(value)}`;
  }
}

/** Fixes the text that stands for the address of an object. */
export function setAddress(value: object, address: string): void {
  addresses.set(value, address);
}

/** A stable, unique stand-in for the address of an object, as `%p` prints it. */
export function addressOf(value: object): string {
  let address = addresses.get(value);
  if (address === undefined) {
    const place = FIRST_ADDRESS + addressCount++ * ADDRESS_STEP;
    address = `0x${place.toString(16).padStart(8, "0")}`;
    addresses.set(value, address);
  }
  return address;
}
