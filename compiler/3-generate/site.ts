/**
 * What is known of an emitted statement that can raise an error, call or suspend: the rows of a
 * chunk's site table (runtime/host.ts), before printing tells their emitted line.
 */
export interface Site {
  /** Line in the Lua source, from 1. */
  readonly line: number;
  /** Byte offset in the Lua source, for source maps. */
  readonly offset: number;
  /** What messages call the operands; "" for one without a name. */
  readonly operands?: readonly string[] | undefined;
  readonly callee?: string | undefined;
  readonly argumentCount?: number | undefined;
  readonly isTail?: true | undefined;
  /** In accessible code: what of the statement is evaluated already, as `debug.getlocal` shows it. */
  readonly temporaries?: readonly Temporary[] | undefined;
}

/** A slot among the variables of an activation, or a constant. */
export type Temporary =
  { readonly slot: number } | { readonly value?: string | number | boolean | undefined };

/**
 * What is known of a site but for its place. There are some for each line of Lua, so all have the same properties in the same
 * order: reading five of objects of many shapes took 2% of the time of a build.
 */
export type SiteFacts = {
  readonly [Key in Exclude<keyof Site, "line" | "offset">]-?: Site[Key] | undefined;
};

export const NO_FACTS = factsOf(undefined, undefined, undefined);

/** Of a call. @param argumentCount `undefined` where only running tells it. */
export function callFacts(
  operands: readonly string[],
  argumentCount: number | undefined,
  callee?: string,
): SiteFacts {
  return factsOf(operands, callee, argumentCount);
}

/** Of an operator that may call a metamethod. @param event Without its underscores. */
export function operatorFacts(event: MetamethodEvent, operands?: readonly string[]): SiteFacts {
  return factsOf(operands, METAMETHODS[event], undefined);
}

const METAMETHODS = {
  add: "metamethod '__add'",
  sub: "metamethod '__sub'",
  mul: "metamethod '__mul'",
  div: "metamethod '__div'",
  mod: "metamethod '__mod'",
  pow: "metamethod '__pow'",
  unm: "metamethod '__unm'",
  len: "metamethod '__len'",
  concat: "metamethod '__concat'",
  eq: "metamethod '__eq'",
  lt: "metamethod '__lt'",
  le: "metamethod '__le'",
  index: "metamethod '__index'",
  newindex: "metamethod '__newindex'",
};

type MetamethodEvent = keyof typeof METAMETHODS;

function factsOf(
  operands: readonly string[] | undefined,
  callee: string | undefined,
  argumentCount: number | undefined,
): SiteFacts {
  return { operands, callee, argumentCount, isTail: undefined, temporaries: undefined };
}
