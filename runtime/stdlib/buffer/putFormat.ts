/**
 * `buffer:putf`: what `string.format` makes, put piece by piece. What is made before an error stays in the buffer, and a
 * `__tostring` that looks into it finds what stands before.
 */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError } from "../arguments.ts";
import type { CompiledFormat } from "../string/format/format.ts";
import { argumentText } from "../string/format/texts.ts";
import { bufferOf, type LuaBuffer } from "./luaBuffer.ts";

/** A buffer is not put into itself. */
export const SELF = "cannot put buffer into itself";

/** The format is the second argument of `putf`, so the first value is the third one. */
const FIRST_ARGUMENT = 3;

const PUTF_CODE = builtinCode("buffer.putf");

/** A call of `putf`; left where a `__tostring` suspends. */
export class PutFormat extends BuiltinFrame {
  private readonly self: LuaUserdata<LuaBuffer>;
  private readonly compiled: CompiledFormat;
  private readonly values: readonly LuaValue[];
  /** The index of the next directive, and of its value. */
  private next = 0;

  constructor(self: LuaUserdata<LuaBuffer>, compiled: CompiledFormat, values: readonly LuaValue[]) {
    super(PUTF_CODE);
    this.self = self;
    this.compiled = compiled;
    this.values = values;
  }

  /** Puts what is left. Returns the buffer. */
  put(): Results {
    const { compiled, values } = this;
    const buffer = this.self.payload;
    for (; this.next < compiled.formatters.length;) {
      if (alarm[ALARM.raised] !== 0) checkpoint();
      const index = this.next;
      buffer.append(compiled.texts[index] as string);
      if (index >= values.length) return argumentError(FIRST_ARGUMENT + index, "value expected");
      let value: LuaValue | ReturnType<typeof argumentText> = values[index];
      if (compiled.formatters[index]?.takesText === true) {
        // LuaJIT counts one too many.
        if (bufferOf(value) === buffer) return argumentError(FIRST_ARGUMENT + index + 1, SELF);
        value = argumentText(value);
      }
      if (value === null) return leave(this);
      this.putValue(value);
    }
    buffer.append(compiled.texts[this.next] as string);
    return compiled.error === undefined ? this.self : callerError(compiled.error);
  }

  run(results: Results): Results {
    this.putValue(plainText(firstOf(results)));
    return this.put();
  }

  private putValue(value: LuaValue): void {
    const index = this.next++;
    const text = this.compiled.formatters[index]?.format(value, FIRST_ARGUMENT + index) ?? "";
    this.self.payload.append(text);
  }
}
