// Derived from runtime/helpers by `npm run generate`. Do not edit.

/** What calling a helper may do: `metamethods` and `calls` may run Lua code and so suspend. */
export type Effects = "none" | "allocates" | "metamethods" | "calls";

export const helpers = {
  add: { parameters: 2, effects: "metamethods" },
  append: { parameters: 3, effects: "none" },
  call: { parameters: "variadic", effects: "calls" },
  callIterator: { parameters: 3, effects: "calls" },
  checkpoint: { parameters: 0, effects: "calls" },
  closeOver: { parameters: "variadic", effects: "allocates" },
  concat: { parameters: 2, effects: "metamethods" },
  declareFieldNames: { parameters: 1, effects: "none" },
  div: { parameters: 2, effects: "metamethods" },
  elements: { parameters: 1, effects: "none" },
  eq: { parameters: 2, effects: "metamethods" },
  field: { parameters: 2, effects: "metamethods" },
  finish: { parameters: 1, effects: "none" },
  firstOf: { parameters: 1, effects: "none" },
  forNumber: { parameters: 2, effects: "none" },
  getGlobal: { parameters: 1, effects: "metamethods" },
  getVariable: { parameters: 2, effects: "metamethods" },
  globalCell: { parameters: 2, effects: "none" },
  index: { parameters: 2, effects: "metamethods" },
  initialize: { parameters: 3, effects: "none" },
  iterator: { parameters: 3, effects: "allocates" },
  le: { parameters: 2, effects: "metamethods" },
  leave0: { parameters: 2, effects: "none" },
  leave2: { parameters: 4, effects: "none" },
  leave4: { parameters: 6, effects: "none" },
  leave8: { parameters: 10, effects: "none" },
  length: { parameters: 1, effects: "metamethods" },
  listOf: { parameters: 1, effects: "none" },
  loadFrames: { parameters: 3, effects: "allocates" },
  lt: { parameters: 2, effects: "metamethods" },
  mod: { parameters: 2, effects: "metamethods" },
  modulo: { parameters: 2, effects: "none" },
  mul: { parameters: 2, effects: "metamethods" },
  ownEnvironment: { parameters: 2, effects: "allocates" },
  pow: { parameters: 2, effects: "metamethods" },
  power: { parameters: 2, effects: "none" },
  recordConstructor: { parameters: 2, effects: "none" },
  resumeCode: { parameters: 3, effects: "allocates" },
  setField: { parameters: 3, effects: "metamethods" },
  setGlobal: { parameters: 2, effects: "metamethods" },
  setIndex: { parameters: 3, effects: "metamethods" },
  setVariable: { parameters: 3, effects: "metamethods" },
  settle: { parameters: 1, effects: "calls" },
  settleAll: { parameters: 1, effects: "calls" },
  sub: { parameters: 2, effects: "metamethods" },
  suspends: { parameters: 1, effects: "calls" },
  tailCall: { parameters: 2, effects: "allocates" },
  unm: { parameters: 1, effects: "metamethods" },
} as const satisfies Record<string, { parameters: number | "variadic"; effects: Effects }>;

/** Values and classes among the helpers. */
export const helperValues = [
  "AGAIN",
  "LuaTable",
  "NONE",
  "NO_ELEMENTS",
  "NO_FIELDS",
  "SUSP",
  "alarm",
  "current",
] as const;

export type HelperName = keyof typeof helpers;
export type HelperValueName = (typeof helperValues)[number];
