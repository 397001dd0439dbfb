/** Where events come from: on whose behalf functions append. */
import type { Invocation } from "../core/invocation.ts";
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
