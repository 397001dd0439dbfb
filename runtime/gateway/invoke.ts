/** One call of a function by a request: gathers its arguments, calls it, makes the reply. */
import type { Invocation } from "../core/invocation.ts";
import type { LuaTable } from "../core/table.ts";
import {
  errorReply,
  functionsOf,
  replyTo,
  type Mode,
  type Outcome,
  type Reply,
} from "../functions/index.ts";
import type { NamedValues } from "./query.ts";

/** Where the arguments of a call come from. A name in several places: the first of these wins. */
export interface ArgumentSources {
  /** Names and values that the route's path gives. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly query: NamedValues | undefined;
  /** Becomes the arguments: the others are written into it. */
  readonly body: LuaTable;
}

export function gatherArguments({ parameters, query, body }: ArgumentSources): LuaTable {
  query?.addTo(body);
  for (const [name, value] of parameters) body.setString(name, value);
  return body;
}

/** Calls the function of a route. Rejects with nothing but bugs of ours. */
export async function invoke(name: string, args: LuaTable, invocation: Invocation): Promise<Reply> {
  const outcome = await functionsOf(invocation.state).call(name, args, invocation);
  return toReply(name, outcome, invocation);
}

/**
 * Calls the function that a path names. Such a name comes from outside: it is looked for in `app/`
 * only, as a file, so neither libraries nor built-in modules can be reached.
 *
 * @param name The path, decoded.
 */
export async function invokeDirectly(
  name: string,
  args: LuaTable,
  invocation: Invocation,
): Promise<Reply> {
  if (!isPlainName(name)) return errorReply(404, "not found");
  const file = `app/${name.replaceAll(".", "/")}.lua`;
  if (invocation.generation.files.exists(file)) return invoke(name, args, invocation);
  const text = `module '${name}' not found:\n\tno file '${file}'`;
  return toReply(name, { kind: "missing", text }, invocation);
}

function toReply(name: string, outcome: Outcome, invocation: Invocation): Reply {
  const { state } = invocation;
  const mode: Mode = functionsOf(state).mode;
  return replyTo(name, outcome, { state, mode, invocation, isOutermost: true });
}

/** Whether no part of a name means anything to a file system. */
function isPlainName(name: string): boolean {
  const isPlain = (part: string) => part !== "" && part !== "." && part !== "..";
  return !/[\\\0]/.test(name) && name.split("/").every(isPlain);
}
