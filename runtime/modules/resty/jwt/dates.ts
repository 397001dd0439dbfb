/** Claims that are times: seconds since 1970, looked at by a clock that tests may set. */
import { callFirst } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { raise } from "../../../core/error.ts";
import type { LuaState } from "../../../core/state.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import { defineBuiltin } from "../../../stdlib/library.ts";
import { nowMs } from "../../ngx/time.ts";
import { httpTime } from "../../ngx/text/httpTime.ts";

/** What `set_system_leeway` and `set_system_clock` set, for one state. */
export interface DateSettings {
  leewaySeconds: number;
  clock: LuaFunction | undefined;
}

const settings = new WeakMap<LuaState, DateSettings>();

export function dateSettings(): DateSettings {
  let known = settings.get(current.state);
  if (known === undefined) {
    settings.set(current.state, (known = { leewaySeconds: 0, clock: undefined }));
  }
  return known;
}

/** What makes a time right, and what is said when it is not. */
interface DateRule {
  readonly complaint: string;
  readonly holds: (time: number, now: number, leeway: number) => boolean;
}

export const NOT_BEFORE: DateRule = {
  complaint: "not valid until",
  holds: (time, now, leeway) => time <= now + leeway,
};

export const NOT_EXPIRED: DateRule = {
  complaint: "expired at",
  holds: (time, now, leeway) => time > now - leeway,
};

export const AT: DateRule = {
  complaint: "is only valid at",
  holds: (time, now, leeway) => time >= now - leeway && time <= now + leeway,
};

/**
 * A validator of a time that may be missing.
 *
 * @param leewaySeconds That of the settings unless given.
 */
export function dateValidator(rule: DateRule, leewaySeconds?: number): LuaFunction {
  return defineBuiltin("validator", (value, claim) => {
    if (value === undefined) return true;
    const name = toText(claim);
    if (!isTime(value)) {
      return raise(`'${name}' is malformed.  Expected to be a positive numeric value.`);
    }
    const { clock, leewaySeconds: leeway } = dateSettings();
    const now = clock === undefined ? nowMs() / 1000 : callFirst(clock);
    // What can't be compared is no time to hold by.
    const holds = typeof now === "number" && rule.holds(value, now, leewaySeconds ?? leeway);
    return holds || raise(`'${name}' claim ${rule.complaint} ${timeText(value)}`);
  });
}

/** No string that spells a number, no infinity. */
export function isTime(value: LuaValue): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The year 9999 is the last that has four digits. */
function timeText(seconds: number): string {
  return seconds < 253402300800 ? httpTime(seconds) : toText(seconds);
}
