/** One call of a function by a request: gathers its arguments, calls it, makes the reply. */
import type { LuaTable } from "../core/table.ts";
import { errorReply, functionsOf, replyTo, type Outcome, type Reply } from "../functions/index.ts";
import { callWithHooks, type Hooks } from "./hooks.ts";
import { conclude, type Conclusion } from "./own/conclude.ts";
import type { RequestedCall } from "./own/requestedCall.ts";
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
export async function invoke(
  call: RequestedCall,
  args: LuaTable,
  hooks?: Hooks,
): Promise<Conclusion> {
  const { functionName, invocation } = call;
  const outcome =
    hooks === undefined
      ? await functionsOf(invocation.state).call(functionName, args, invocation)
      : await callWithHooks(call, args, hooks);
  return toConclusion(call, outcome);
}

/**
 * Calls the function that a path names. Such a name comes from outside: it is looked for in `app/`
 * only, as a file, so neither libraries nor built-in modules can be reached.
 *
 * @param call Its function is named by the path, decoded.
 */
export async function invokeDirectly(call: RequestedCall, args: LuaTable): Promise<Conclusion> {
  const { functionName: name, invocation } = call;
  if (!isPlainName(name)) return { reply: errorReply(404, "not found"), isSent: false };
  const file = `app/${name.replaceAll(".", "/")}.lua`;
  if (invocation.generation.files.exists(file)) return invoke(call, args);
  const text = `module '${name}' not found:\n\tno file '${file}'`;
  return toConclusion(call, { kind: "missing", text });
}

function toConclusion(call: RequestedCall, outcome: Outcome): Conclusion {
  const { functionName, invocation, ownReply } = call;
  const { state } = invocation;
  const envelope = (): Reply => {
    const { mode } = functionsOf(state);
    return replyTo(functionName, outcome, { state, mode, invocation, isOutermost: true });
  };
  return ownReply === undefined
    ? { reply: envelope(), isSent: false }
    : conclude(call, ownReply, outcome, envelope);
}

/** Whether no part of a name means anything to a file system. */
function isPlainName(name: string): boolean {
  const isPlain = (part: string) => part !== "" && part !== "." && part !== "..";
  return !/[\\\0]/.test(name) && name.split("/").every(isPlain);
}
