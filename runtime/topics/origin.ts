/**
 * Where events come from: what is stored with those that functions append, and on whose behalf they do it.
 */
import type { Invocation } from "../core/invocation.ts";
import { crypto } from "./builtins.lazy.ts";
import type { Fence, RecordedAppend } from "./groups.ts";

/** What holds for the appends of a function that handles an event. */
export interface AppendOrigin {
  readonly fence: Fence | undefined;
  /** Is told of what is appended. */
  readonly onAppend: (append: RecordedAppend) => void;
  /** Nothing is stored: the function is only to show what it would do. */
  readonly isHeldBack: boolean;
}

const origins = new WeakMap<Invocation, AppendOrigin>();

/** Holds for an invocation and all that it calls. */
export function setOrigin(invocation: Invocation, origin: AppendOrigin): void {
  origins.set(invocation, origin);
}

export function originOf(invocation: Invocation | undefined): AppendOrigin | undefined {
  for (let each = invocation; each !== undefined; each = each.outer) {
    const origin = origins.get(each);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

const TRACE_BYTES = 16;

/** Names all that comes of the request or event that an invocation belongs to. */
export function traceIdOf(invocation: Invocation): string {
  let outermost = invocation;
  while (outermost.outer !== undefined) outermost = outermost.outer;
  outermost.traceId ??= crypto().randomBytes(TRACE_BYTES).toString("hex");
  return outermost.traceId;
}
