/** Lua values as JSON for replies. */
import { LuaError } from "../core/error.ts";
import { runWithin, type Invocation } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import { Stopped } from "../core/stopped.ts";
import type { LuaValue } from "../core/value.ts";
import { DEFAULT_ENCODE_OPTIONS, encodeJson, JsonError } from "../json/index.ts";
import { errorText } from "./failure.ts";

/** As cjson's, but `/` stays as it is: people read replies, and file names in them. */
const REPLY_OPTIONS = { ...DEFAULT_ENCODE_OPTIONS, escapeForwardSlash: false };

/** Why a value can't be encoded. */
export interface EncodeProblem {
  readonly reason: string;
}

export function encodeText(text: string): string {
  return encodeJson(text, REPLY_OPTIONS);
}

interface EncodeOptions {
  readonly state: LuaState;
  readonly invocation?: Invocation | undefined;
}

/** Encodes any value. Metamethods of tables may run, so Lua is entered, and their errors caught. */
export function tryEncode(
  value: LuaValue,
  { state, invocation }: EncodeOptions,
): string | EncodeProblem {
  if (typeof value === "string") return encodeText(value);
  try {
    return runWithin(invocation, () => {
      let json = "";
      state.call(() => {
        json = encodeJson(value, REPLY_OPTIONS);
        return undefined;
      });
      return json;
    });
  } catch (thrown) {
    if (thrown instanceof JsonError) return { reason: thrown.message };
    if (thrown instanceof Stopped) return { reason: thrown.message };
    if (thrown instanceof LuaError) return { reason: errorText(thrown.value) };
    throw thrown;
  }
}
