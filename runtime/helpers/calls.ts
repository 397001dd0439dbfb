/**
 * What emitted functions use of the calling convention (core/call.ts) and of its other half, suspension
 * (core/frames.ts).
 */
import { current } from "../core/current.ts";
import type { Script } from "../core/script.ts";
import type { LuaValue } from "../core/value.ts";

/**
 * Gives nothing. Emitted code calls it with many arguments: V8 keeps those of earlier calls where it
 * puts the ones of later calls, and so what they refer to.
 *
 * @helper
 * @effects none
 */
export function forget(): undefined {
  return undefined;
}

/**
 * Loads what resumes the functions of a script, the first time that one of them suspends.
 *
 * @helper
 * @effects allocates
 * @param factories The script's own, by their emitted names.
 */
export function loadFrames(script: Script, environment: object, factories: object): object {
  return current.state.loadFrames(script, environment, factories);
}

/**
 * Gives what it is given. V8 takes a branch with a call in it that was never made for one that is never taken.
 *
 * @helper
 * @effects none
 */
export function bare(value: LuaValue): LuaValue {
  return value;
}

/**
 * `return first, f()`. Short lists are written out: V8 makes nothing of them where the caller takes the values out again,
 * while it goes through `[first, ...rest]` step by step (measured: 2.5 times the time of such calls).
 *
 * @helper
 * @effects allocates
 */
export function after(first: LuaValue, rest: readonly LuaValue[]): readonly LuaValue[] {
  switch (rest.length) {
    case 0:
      return [first];
    case 1:
      return [first, rest.at(0)];
    case 2:
      return [first, rest.at(0), rest.at(1)];
    case 3:
      return [first, rest.at(0), rest.at(1), rest.at(2)];
    default:
      return [first, ...rest];
  }
}

/**
 * `return first, second, f()`, as `after` does it.
 *
 * @helper
 * @effects allocates
 */
export function afterTwo(
  first: LuaValue,
  second: LuaValue,
  rest: readonly LuaValue[],
): readonly LuaValue[] {
  switch (rest.length) {
    case 0:
      return [first, second];
    case 1:
      return [first, second, rest.at(0)];
    case 2:
      return [first, second, rest.at(0), rest.at(1)];
    default:
      return [first, second, ...rest];
  }
}
