/** No bytes do harm: LuaJIT itself crashes for some of these. */
import { LuaError } from "../../core/error.ts";
import { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import type { Host } from "../../host.ts";
import { Decoder } from "./decode.ts";
import { readDictionaries } from "./dictionaries.ts";
import { encode } from "./encode.ts";

const state = new LuaState({ host: {} as Host, dialect: "luajit", helpers: {} });
const keys = new LuaTable(undefined, ["key", false]);
const options = new LuaTable();
options.setString("dict", keys);
options.setString("metatable", new LuaTable(undefined, [new LuaTable()]));
const dictionaries = readDictionaries(options);

const MESSAGES = new RegExp(
  "^(?:unexpected end of buffer|cannot deserialize (?:tag 0x[0-9a-f]{2,8}|dictionary index -?\\d+)|" +
    "duplicate table key|table index is nil|table index is NaN|table overflow|too deep to serialize)$",
);

/** A value, or an error in words that are expected. */
function decode(bytes: string): LuaValue {
  return state.enter(() => {
    try {
      return new Decoder(bytes, dictionaries).read();
    } catch (thrown) {
      if (!(thrown instanceof LuaError)) throw thrown;
      expect(thrown.value).toMatch(MESSAGES);
      return undefined;
    }
  });
}

function example(): LuaTable {
  const inner = new LuaTable(undefined, [true, undefined, 2.5]);
  inner.setString("key", "a key of the dictionary");
  inner.setNumber(0, -1);
  return new LuaTable(undefined, [1, "two", inner, false]);
}

test("every change of a byte and every cut is a value or a message", () => {
  const whole = state.enter(() => encode(example(), dictionaries));
  for (let offset = 0; offset < whole.length; offset++) {
    decode(whole.slice(0, offset));
    for (let byte = 0; byte < 256; byte++) {
      decode(whole.slice(0, offset) + String.fromCharCode(byte) + whole.slice(offset + 1));
    }
  }
});

test("so is any text", () => {
  let seed = 7;
  const random = (limit: number): number => {
    seed = (seed * 48271) % 0x7fffffff;
    return seed % limit;
  };
  for (let turn = 0; turn < 20_000; turn++) {
    const bytes = Array.from({ length: random(30) }, () => random(random(3) === 0 ? 256 : 36));
    const value = decode(String.fromCharCode(...bytes));
    // What was read can be written, and is then the same.
    const again = state.enter(() => encode(value, dictionaries));
    expect(state.enter(() => encode(decode(again), dictionaries))).toBe(again);
  }
});
