/**
 * Everything emitted code may use, handed to each chunk as `$rt`. `npm run generate` writes the
 * names, argument counts and effects to compiler/generated/helpers.ts.
 */
export { add, div, mod, mul, pow, sub, unm } from "./arithmetic.ts";
export { after, afterTwo, bare, forget, loadFrames } from "./calls.ts";
export { eq, le, lt } from "./compare.ts";
export { concat } from "./concat.ts";
export {
  closeOver,
  getGlobal,
  getVariable,
  globalCell,
  ownEnvironment,
  setGlobal,
  setVariable,
} from "./globals.ts";
export { callIterator, forNumber, iterator } from "./loops.ts";
export { assert } from "../stdlib/base/errors.ts";
export { select } from "../stdlib/base/lists.ts";
export { setmetatable } from "../stdlib/base/raw.ts";
export {
  append,
  canAdd,
  canSetField,
  field,
  finish,
  index,
  initialize,
  length,
  list,
  room,
  setField,
  setIndex,
  stringFields,
} from "./tables.ts";

export {
  activate,
  deactivate,
  mainClosure,
  makeAccessible,
  noteTailCall,
  reactivate,
} from "../core/activation.ts";
export { alarm, checkpoint } from "../core/budget.ts";
export {
  call,
  NONE,
  settle,
  settleAll,
  settled,
  settledFew,
  suspends,
  tailCall,
} from "../core/call.ts";
export { current } from "../core/current.ts";
export {
  AGAIN,
  firstOf,
  leave0,
  leave2,
  leave4,
  leave8,
  listOf,
  resumeCode,
} from "../core/frames.ts";
export { declareFieldNames, NO_FIELDS, recordConstructor } from "../core/fields.ts";
export {
  callTraced,
  traceExtraLine,
  traceLine,
  traceLoopStart,
  traceReturn,
} from "../core/hooks.ts";
export { adopt, adoptFresh, expectLateModes } from "../core/metatableRole.ts";
export { modulo } from "../core/number.ts";
export { power } from "../core/power.ts";
export { LuaTable, NO_ELEMENTS, NO_TABLE } from "../core/table.ts";
