/** Types, and values as text and numbers (manual 5.1). */
import { call, first, leaveCall, NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { metamethod, typeOf } from "../../core/metatable.ts";
import { numberToString, toNumber } from "../../core/number.ts";
import { parseInteger } from "../../core/otherBases.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkString } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { checkPassed } from "./passed.ts";

/** The name of a value's type. @signature (value) @manual 5.1 */
export const type = defineBuiltin("type", (...values) => typeOf(checkPassed(values, 1)));

/** The text of a value: by `__tostring`, whatever that returns. @signature (value) @manual 5.1 */
export const tostring: LuaFunction = defineBuiltin("tostring", (...values): Results => {
  const value = checkPassed(values, 1);
  if (typeof value === "string") return value;
  const handler = metamethod(value, "__tostring");
  // As in LuaJIT, a tail call: the metamethod takes the place of `tostring` on the stack.
  return handler === undefined ? plainText(value) : leaveCall(handler, [value]);
});

/**
 * The number that a value is or spells, else nil.
 *
 * @signature (value [, base])
 * @manual 5.1
 * @throws LuaError "bad argument #2 to 'tonumber' (base out of range)"
 */
export const tonumber = defineBuiltin("tonumber", (...values) => {
  const value = checkPassed(values, 1);
  const base = values[1] === undefined ? 10 : checkInteger(values[1], 2);
  if (base === 10) return toNumber(value);
  const text = checkString(value, 1);
  return base >= 2 && base <= 36 ? parseInteger(text, base) : argumentError(2, "base out of range");
});

/**
 * Writes values as text, tabs between them, and a newline to the standard output. What `tostring`
 * is called at that time makes the texts.
 *
 * @manual 5.1
 * @throws LuaError "'tostring' must return a string to 'print'"
 */
export const print: LuaFunction = defineBuiltin("print", (...values) => {
  const convert = current.state.globals.getString("tostring");
  return new Line(values, convert).print();
});

const PRINT_CODE = builtinCode("print");

/** One call of `print`; left where what makes a text suspends. */
export class Line extends BuiltinFrame {
  private readonly values: readonly LuaValue[];
  private readonly convert: LuaValue;
  private readonly shown: (text: string) => string;
  private readonly texts: string[] = [];

  /** @param shown What is written of a text: all of it unless said otherwise. */
  constructor(values: readonly LuaValue[], convert: LuaValue, shown = (text: string) => text) {
    super(PRINT_CODE);
    this.values = values;
    this.convert = convert;
    this.shown = shown;
  }

  /** Makes the texts that are left, then writes all at once. */
  print(): Results {
    const { values, convert, texts } = this;
    while (texts.length < values.length) {
      const value = values[texts.length];
      const isText = convert === tostring && typeof value === "string";
      const text = isText ? value : first(call(convert, value));
      if (text === null) return leave(this);
      texts.push(printedText(text));
    }
    current.state.host.files.stdout.write(texts.map(this.shown).join("\t") + "\n");
    return NONE;
  }

  run(results: Results): Results {
    this.texts.push(printedText(firstOf(results)));
    return this.print();
  }
}

/** @param text What `tostring` made. */
function printedText(text: LuaValue): string {
  if (typeof text === "string") return text;
  return typeof text === "number"
    ? numberToString(text)
    : callerError("'tostring' must return a string to 'print'");
}
