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
 * The `callee` of a site where an operator may call a metamethod.
 *
 * @param event Without its underscores.
 */
export function metamethodName(event: string): string {
  return `metamethod '__${event}'`;
}
