/** One call of a function by a request: gathers its arguments, calls it, makes the reply. */
import type { LuaTable } from "../core/table.ts";
import {
  errorReply,
  functionsOf,
  replyTo,
  type CallEnd,
  type Outcome,
  type Reply,
} from "../functions/index.ts";
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

/**
 * Calls the function of a route. When it does not wait, neither does this: promises on the way would cost a microsecond.
 */
export function invoke(
  call: RequestedCall,
  args: LuaTable,
  hooks: Hooks | undefined,
  end: CallEnd<Conclusion>,
): void {
  const { functionName: name, invocation } = call;
  if (hooks === undefined) {
    functionsOf(invocation.state).begin({ name, args, invocation }, new InvokedEnd(call, end));
    return;
  }
  callWithHooks(call, args, hooks).then(
    (outcome) => {
      concludeWith(call, outcome, end);
    },
    (bug: unknown) => {
      end.failed(bug);
    },
  );
}

/** A class, as closures would take more memory in each request that waits. */
class InvokedEnd implements CallEnd<Outcome> {
  private readonly call: RequestedCall;
  private readonly end: CallEnd<Conclusion>;

  constructor(call: RequestedCall, end: CallEnd<Conclusion>) {
    this.call = call;
    this.end = end;
  }

  ended(outcome: Outcome): void {
    concludeWith(this.call, outcome, this.end);
  }

  failed(bug: unknown): void {
    this.end.failed(bug);
  }
}

/**
 * Calls the function that a path names. Such a name comes from outside: it is looked for in `app/`
 * only, as a file, so neither libraries nor built-in modules can be reached.
 *
 * @param call Its function is named by the path, decoded.
 */
export function invokeDirectly(
  call: RequestedCall,
  args: LuaTable,
  end: CallEnd<Conclusion>,
): void {
  const { functionName: name, invocation } = call;
  if (!isPlainName(name)) {
    end.ended({ reply: errorReply(404, "not found"), isSent: false });
    return;
  }
  const file = `app/${name.replaceAll(".", "/")}.lua`;
  if (invocation.generation.files.exists(file)) invoke(call, args, undefined, end);
  else {
    const text = `module '${name}' not found:\n\tno file '${file}'`;
    concludeWith(call, { kind: "missing", text }, end);
  }
}

/** What goes wrong on the way to a reply is a bug of ours, and has to be told like others. */
function concludeWith(call: RequestedCall, outcome: Outcome, end: CallEnd<Conclusion>): void {
  let conclusion: Conclusion;
  try {
    conclusion = toConclusion(call, outcome);
  } catch (thrown) {
    end.failed(thrown);
    return;
  }
  end.ended(conclusion);
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
