/**
 * Functions that a route names beside its own: `before` it, which may answer in its place, and `after` it, which see what it
 * answers. All are parts of one call: they share its limits, and each is a step of its trace.
 */
import { LuaError } from "../core/error.ts";
import { LuaTable } from "../core/table.ts";
import type { Results } from "../core/value.ts";
import { functionsOf, type Outcome } from "../functions/index.ts";
import { beginSpan } from "../tracing/index.ts";
import type { RequestedCall } from "./own/requestedCall.ts";

export interface Hooks {
  /** Names of functions, in the order in which they are called. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Calls a function with what stands before and after it. Rejects with nothing but bugs of ours. */
export async function callWithHooks(
  call: RequestedCall,
  args: LuaTable,
  { before, after }: Hooks,
): Promise<Outcome> {
  for (const name of before) {
    const outcome = await callHook(call, name, args);
    const isOver = outcome.kind !== "value" || outcome.value !== undefined;
    if (isOver || call.ownReply?.isBegun === true) return outcome;
  }
  const { functionName, invocation } = call;
  let outcome = await functionsOf(invocation.state).call(functionName, args, invocation);
  for (const name of after) {
    if (outcome.kind !== "value" && outcome.kind !== "refused") return outcome;
    const reply = toTable(outcome);
    const ended = await callHook(call, name, [args, reply]);
    outcome = ended.kind === "value" ? fromTable(reply) : ended;
  }
  return outcome;
}

async function callHook(call: RequestedCall, name: string, args: Results): Promise<Outcome> {
  const { invocation, gatewayRequest } = call;
  const outer = invocation.span;
  const path = `/${name}`;
  const span = beginSpan(invocation, { method: gatewayRequest.method, path, name });
  invocation.span = span;
  try {
    const outcome = await functionsOf(invocation.state).call(name, args, invocation);
    span?.end(statusOf(outcome), 0);
    // For the client nothing is missing: it asked for something else.
    return outcome.kind === "missing"
      ? { kind: "failed", stage: "load", error: new LuaError(outcome.text) }
      : outcome;
  } finally {
    invocation.span = outer;
    invocation.functionName = call.functionName;
  }
}

function statusOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case "value":
      return 200;
    case "refused":
      return 400;
    case "exited":
      return outcome.status > 0 ? outcome.status : 200;
    case "missing":
    case "failed":
      return 500;
  }
}

type Answer = Extract<Outcome, { kind: "value" | "refused" }>;

function toTable(outcome: Answer): LuaTable {
  const table = new LuaTable();
  if (outcome.kind === "value") table.setString("data", outcome.value);
  else table.setString("error", outcome.error);
  return table;
}

function fromTable(table: LuaTable): Answer {
  const error = table.getString("error");
  return error === undefined || error === false
    ? { kind: "value", value: table.getString("data") }
    : { kind: "refused", error };
}
