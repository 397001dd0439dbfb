/**
 * The modules `cjson` and `cjson.safe`, with the functions of lua-cjson 2.1 and those that OpenResty
 * adds. Settings belong to an instance (`cjson.new`); null and the array marks are shared.
 */
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import {
  createArrayMetatable,
  createEmptyArrayMetatable,
  decodeJson,
  DEFAULT_DECODE_OPTIONS,
  DEFAULT_ENCODE_OPTIONS,
  EMPTY_ARRAY,
  encodeJson,
  JSON_NULL,
  JsonError,
  type DecodeOptions,
  type EncodeOptions,
} from "../json/index.ts";
import { argumentError, callerError, checkInteger, checkString } from "../stdlib/arguments.ts";
import { pcall } from "../stdlib/base/errors.ts";
import { defineLibrary, libraryTable } from "../stdlib/library.ts";

const NAME = "cjson";
const VERSION = "2.1.0";

const MAX_SETTING = 0x7fffffff;
const MAX_PRECISION = 16;

export function openCjson(state: LuaState): LuaTable {
  return createInstance(state, conversions);
}

/** Errors of `encode` and `decode` are results: nil and the message. */
export function openCjsonSafe(state: LuaState): LuaTable {
  return createInstance(state, safeConversions);
}

type Conversions = Record<"encode" | "decode", LuaFunction>;

interface Settings {
  encode: EncodeOptions;
  decode: DecodeOptions;
  /** Whether the C library would keep its buffer; kept for programs that ask. */
  keepsBuffer: boolean;
}

interface ArrayMarks {
  readonly arrayMetatable: LuaTable;
  readonly emptyArrayMetatable: LuaTable;
}

const arrayMarks = new WeakMap<LuaState, ArrayMarks>();

function createInstance(
  state: LuaState,
  conversionsOf: (settings: Settings) => Conversions,
): LuaTable {
  const marks = arrayMarksOf(state);
  const settings: Settings = {
    encode: DEFAULT_ENCODE_OPTIONS,
    decode: { ...DEFAULT_DECODE_OPTIONS, allowInvalidNumbers: true },
    keepsBuffer: true,
  };
  const library = defineLibrary(NAME, {
    ...conversionsOf(settings),
    ...encodeSettings(settings),
    ...decodeSettings(settings, marks),
    /** Another instance, with the settings this one began with. */
    new: () => createInstance(state, conversionsOf),
  });
  return libraryTable(library, {
    null: JSON_NULL,
    empty_array: EMPTY_ARRAY,
    array_mt: marks.arrayMetatable,
    empty_array_mt: marks.emptyArrayMetatable,
    _NAME: NAME,
    _VERSION: VERSION,
  });
}

/** The functions that convert. @library cjson */
function conversions(settings: Settings): Conversions {
  const convert = (values: readonly LuaValue[], run: () => LuaValue): LuaValue => {
    checkOne(values);
    try {
      return run();
    } catch (thrown) {
      if (thrown instanceof JsonError) return callerError(thrown.message);
      throw thrown;
    }
  };
  return {
    /**
     * The JSON text of a value.
     *
     * @signature (value)
     * @throws LuaError "Cannot serialise function: type not supported"
     */
    encode: (...values) => convert(values, () => encodeJson(values[0], settings.encode)),

    /**
     * The value of a JSON text.
     *
     * @signature (text)
     * @throws LuaError "Expected value but found T_END at character 1"
     */
    decode: (...values) =>
      convert(values, () => decodeJson(checkString(values[0], 1), settings.decode)),
  };
}

/** The same functions, giving nil and a message where they would raise. */
function safeConversions(settings: Settings): Conversions {
  const { encode, decode } = defineLibrary(NAME, conversions(settings)).functions as Conversions;
  const protect = (convert: LuaFunction, values: readonly LuaValue[]): Results => {
    checkOne(values);
    const [isDone, result] = pcall(convert, ...values) as readonly LuaValue[];
    return isDone === true ? result : [undefined, result];
  };
  return {
    encode: (...values) => protect(encode, values),
    decode: (...values) => protect(decode, values),
  };
}

function checkOne(values: readonly LuaValue[]): void {
  if (values.length !== 1) argumentError(1, "expected 1 argument");
}

/** Each function gives its settings back; an argument that is not nil changes one. */
/** The functions that change how values are encoded. @library cjson */
function encodeSettings(settings: Settings): Record<string, LuaFunction> {
  const change = (changed: Partial<EncodeOptions>): void => {
    settings.encode = { ...settings.encode, ...changed };
  };
  return {
    /** Whether sparse arrays become objects, and when an array is sparse: ratio and safe length. @signature ([convert [, ratio [, safe]]]) */
    encode_sparse_array: (...values) => {
      checkCount(values, 3);
      const { convertSparse, sparseRatio, sparseSafe } = settings.encode;
      change({
        convertSparse: flag(values[0], 1, convertSparse),
        sparseRatio: whole(values[1], 2, sparseRatio, 0),
        sparseSafe: whole(values[2], 3, sparseSafe, 0),
      });
      const changed = settings.encode;
      return [changed.convertSparse, changed.sparseRatio, changed.sparseSafe];
    },

    /** How many tables may lie inside one another; 1000 at first. @signature ([depth]) */
    encode_max_depth: (...values) => {
      checkCount(values, 1);
      change({ maxDepth: whole(values[0], 1, settings.encode.maxDepth, 1) });
      return settings.encode.maxDepth;
    },

    /** The significant digits of numbers, 1 to 16; 14 at first. @signature ([digits]) */
    encode_number_precision: (...values) => {
      checkCount(values, 1);
      const { numberPrecision } = settings.encode;
      change({ numberPrecision: whole(values[0], 1, numberPrecision, 1, MAX_PRECISION) });
      return settings.encode.numberPrecision;
    },

    /** Accepted for the sake of programs written for lua-cjson; there is no buffer to keep. @signature ([isKept]) */
    encode_keep_buffer: (...values) => {
      checkCount(values, 1);
      settings.keepsBuffer = flag(values[0], 1, settings.keepsBuffer);
      return settings.keepsBuffer;
    },

    /** Whether NaN and infinities are written: no, yes, or "null" in their place. @signature ([setting]) */
    encode_invalid_numbers: (...values) => {
      checkCount(values, 1);
      const [value] = values;
      if (value === "null") change({ invalidNumbers: "null" });
      else if (value !== undefined) {
        change({ invalidNumbers: flag(value, 1, false) ? "literal" : "error" });
      }
      const { invalidNumbers } = settings.encode;
      return invalidNumbers === "null" ? "null" : invalidNumbers === "literal";
    },

    /** Whether `/` is written as `\/`; it is at first. @signature ([isEscaped]) */
    encode_escape_forward_slash: (...values) => {
      checkCount(values, 1);
      const { escapeForwardSlash } = settings.encode;
      change({ escapeForwardSlash: flag(values[0], 1, escapeForwardSlash) });
      return settings.encode.escapeForwardSlash;
    },

    /** Whether an empty table is written as `{}` rather than `[]`; it is at first. @signature ([isObject]) */
    encode_empty_table_as_object: (...values) => {
      checkCount(values, 1);
      const { emptyTableAsObject } = settings.encode;
      change({ emptyTableAsObject: flag(values[0], 1, emptyTableAsObject) });
      return settings.encode.emptyTableAsObject;
    },
  };
}

/** The functions that change how texts are decoded. @library cjson */
function decodeSettings(settings: Settings, marks: ArrayMarks): Record<string, LuaFunction> {
  const change = (changed: Partial<DecodeOptions>): void => {
    settings.decode = { ...settings.decode, ...changed };
  };
  return {
    /** How many arrays and objects may lie inside one another; 1000 at first. @signature ([depth]) */
    decode_max_depth: (...values) => {
      checkCount(values, 1);
      change({ maxDepth: whole(values[0], 1, settings.decode.maxDepth, 1) });
      return settings.decode.maxDepth;
    },

    /** Whether NaN, infinities and hexadecimal numbers are read; they are at first. @signature ([isAllowed]) */
    decode_invalid_numbers: (...values) => {
      checkCount(values, 1);
      const { allowInvalidNumbers } = settings.decode;
      change({ allowInvalidNumbers: flag(values[0], 1, allowInvalidNumbers) });
      return settings.decode.allowInvalidNumbers;
    },

    /** Whether arrays get `array_mt` as metatable; they do not at first. @signature ([isMarked]) */
    decode_array_with_array_mt: (...values) => {
      checkCount(values, 1);
      const isMarked = flag(values[0], 1, settings.decode.arrayMetatable !== undefined);
      change({ arrayMetatable: isMarked ? marks.arrayMetatable : undefined });
      return isMarked;
    },
  };
}

function arrayMarksOf(state: LuaState): ArrayMarks {
  let marks = arrayMarks.get(state);
  if (marks === undefined) {
    marks = {
      arrayMetatable: createArrayMetatable(),
      emptyArrayMetatable: createEmptyArrayMetatable(),
    };
    arrayMarks.set(state, marks);
  }
  return marks;
}

function checkCount(values: readonly LuaValue[], most: number): void {
  if (values.length > most) argumentError(most + 1, "found too many arguments");
}

/** A boolean, "on" or "off". */
function flag(value: LuaValue, argument: number, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  const option = checkString(value, argument);
  if (option === "on" || option === "off") return option === "on";
  return argumentError(argument, `invalid option '${option}'`);
}

// eslint-disable-next-line max-params -- a range and its default, all of one argument
function whole(
  value: LuaValue,
  argument: number,
  otherwise: number,
  least: number,
  most = MAX_SETTING,
): number {
  if (value === undefined) return otherwise;
  const integer = checkInteger(value, argument);
  if (integer >= least && integer <= most) return integer;
  const range = `${String(least)} and ${String(most)}`;
  // lua-cjson blames the first argument, whichever it was.
  return argumentError(1, `expected integer between ${range}`);
}
