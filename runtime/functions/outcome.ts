/** How a call of a function ended, before anybody turns it into a reply. */
import type { LuaError } from "../core/error.ts";
import type { LuaValue } from "../core/value.ts";

export type Outcome = LoadOutcome | RefusedOutcome | ExitedOutcome;

/** How loading a module ended. */
export type LoadOutcome = ValueOutcome | MissingOutcome | FailedOutcome;

/** It returned. */
export interface ValueOutcome {
  readonly kind: "value";
  /** The first result, nil when there was none; the value of a module. */
  readonly value: LuaValue;
}

/** It returned a true second value: the caller did something wrong. */
export interface RefusedOutcome {
  readonly kind: "refused";
  readonly error: LuaValue;
}

/** There is no such function. */
export interface MissingOutcome {
  readonly kind: "missing";
  /** The `module 'x' not found:` text of `require`. */
  readonly text: string;
}

/** It raised an error: while its module was loaded, or when it ran. */
export interface FailedOutcome {
  readonly kind: "failed";
  readonly stage: "load" | "run";
  readonly error: LuaError;
  /** It took longer than it may. */
  readonly isTimeout?: boolean;
}

/** It ended itself, by `ngx.exit`. */
export interface ExitedOutcome {
  readonly kind: "exited";
  /** Of HTTP; or 0 for a normal end, -1 for a failure. */
  readonly status: number;
}
