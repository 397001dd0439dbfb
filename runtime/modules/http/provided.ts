/** The settings of a state's connections to other servers, said by the host before any is opened. */
import type { LuaState } from "../../core/state.ts";
import { poolLimits, type PoolLimits, type PoolSettings } from "./wire/poolLimits.ts";

const limitsByState = new WeakMap<LuaState, PoolLimits>();

/** Says how many connections the functions of a state keep. */
export function provideHttpSettings(state: LuaState, settings: PoolSettings): void {
  limitsByState.set(state, poolLimits(settings));
}

export function httpLimitsOf(state: LuaState): PoolLimits {
  return limitsByState.get(state) ?? poolLimits({});
}
