/** Sleeping, and the time of day. */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { numberToString } from "../../core/number.ts";
import { waitUntil } from "../../core/suspend.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { callerError, checkNumber } from "../../stdlib/arguments.ts";
import { after } from "./entry.ts";

/** `ngx.sleep`. */
export function sleep(values: readonly LuaValue[]): Results {
  if (values.length !== 1) {
    return callerError(`attempt to pass ${String(values.length)} arguments, but accepted 1`);
  }
  const delayMs = toMilliseconds(checkNumber(values[0], 1));
  if (!(delayMs >= 0)) {
    return callerError(`invalid sleep duration "${numberToString(delayMs)}"`);
  }
  const { state, task } = current;
  return waitUntil((waiter) =>
    after({ state, task }, delayMs, () => {
      waiter.wake(NONE);
    }),
  );
}

/** Whole milliseconds, as OpenResty counts them: cut, not rounded. */
export function toMilliseconds(seconds: number): number {
  return Math.trunc(seconds * 1000);
}

/** Milliseconds since the epoch, whole. */
export function nowMs(): number {
  return Math.floor(current.state.host.clock.nowMs());
}
