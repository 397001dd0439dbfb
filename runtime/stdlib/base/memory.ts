/** The garbage collector, as far as a program can see one (manual 5.1). */
import { noteWeakUse } from "../../core/collector.ts";
import { current } from "../../core/current.ts";
import { setUserdataMetatable } from "../../core/metatableRole.ts";
import { ProxyIdentity } from "../../core/proxyIdentity.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, checkInteger, checkString } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

const BYTES_PER_KIBIBYTE = 1024;

/** The engine collects as it likes, but a program may read back what it set, and count its steps. */
interface Tuning {
  pausePercent: number;
  stepPercent: number;
  isRunning: boolean;
  /** What was in use after the latest collection, in kibibytes; `undefined` before the first. */
  usedAfterwards: number | undefined;
  /** How much of it steps have still to go through in this cycle; `undefined` between cycles. */
  remainingWork: number | undefined;
}

const tunings = new WeakMap<LuaState, Tuning>();

/**
 * Collects garbage, or asks about memory: "collect", "count" (kibibytes), "step", "stop", "restart",
 * "setpause", "setstepmul", "isrunning". A collection clears weak tables and runs finalizers before
 * the call returns; functions that are served get one now and then only.
 *
 * @manual 5.1
 * @throws LuaError "bad argument #1 to 'collectgarbage' (invalid option 'x')"
 * @throws what a finalizer raises
 */
export const collectgarbage = defineBuiltin("collectgarbage", (optionValue, argumentValue) => {
  const option = optionValue === undefined ? "collect" : checkString(optionValue, 1);
  const argument = argumentValue === undefined ? 0 : checkInteger(argumentValue, 2);
  const tuning = tuningOf(current.state);
  switch (option) {
    case "collect":
      collect(tuning);
      return 0;
    case "step":
      return step(tuning, argument);
    case "count":
      return countKibibytes();
    case "stop":
    case "restart":
      tuning.isRunning = option === "restart";
      return 0;
    case "isrunning":
      // PUC Lua has no such option.
      return current.state.isPuc51 ? invalidOption(option) : tuning.isRunning;
    case "setpause": {
      const { pausePercent } = tuning;
      tuning.pausePercent = argument;
      return pausePercent;
    }
    case "setstepmul": {
      const { stepPercent } = tuning;
      tuning.stepPercent = argument;
      return stepPercent;
    }
    default:
      return invalidOption(option);
  }
});

function invalidOption(option: string): never {
  return argumentError(1, `invalid option '${option}'`);
}

/** The memory in use, in kibibytes. @manual 7.3 */
export const gcinfo = defineBuiltin("gcinfo", () => Math.floor(countKibibytes()));

function countKibibytes(): number {
  const { host, finalizers } = current.state;
  // Programs that wait for a collection ask this again and again.
  noteWeakUse();
  finalizers.run();
  return host.collector.memoryBytes() / BYTES_PER_KIBIBYTE;
}

/** As in LuaJIT, a collection starts a stopped collector. */
function collect(tuning: Tuning): void {
  const { host, finalizers } = current.state;
  tuning.isRunning = true;
  tuning.remainingWork = undefined;
  host.collector.collect();
  tuning.usedAfterwards = host.collector.memoryBytes() / BYTES_PER_KIBIBYTE;
  finalizers.run();
}

/**
 * The engine can't be made to take a step. But a program counts on cycles: on so many steps for so
 * much memory, and a collection at the end. Returns whether that was the end.
 */
function step(tuning: Tuning, sizeKibibytes: number): boolean {
  const { host } = current.state;
  const work = ((Math.max(0, sizeKibibytes) + 1) * tuning.stepPercent) / 100;
  tuning.isRunning = true;
  tuning.usedAfterwards ??= host.collector.memoryBytes() / BYTES_PER_KIBIBYTE;
  tuning.remainingWork ??= tuning.usedAfterwards;
  tuning.remainingWork -= work;
  if (tuning.remainingWork > 0) return false;
  collect(tuning);
  return true;
}

const proxyMetatables = new WeakSet<LuaTable>();

/**
 * An empty userdata without a metatable, with a new one (true) or with that of another proxy.
 * Undocumented in Lua 5.1.
 *
 * @signature ([template])
 * @throws LuaError "bad argument #1 to 'newproxy' (boolean or proxy expected)"
 */
export const newproxy = defineBuiltin("newproxy", (template) => {
  if (template === undefined || template === false) return new LuaUserdata(undefined);
  const userdata = new LuaUserdata(new ProxyIdentity());
  const metatable = template === true ? newProxyMetatable() : checkProxy(template);
  setUserdataMetatable(userdata, metatable, current.state.finalizers);
  return userdata;
});

function newProxyMetatable(): LuaTable {
  const metatable = new LuaTable();
  proxyMetatables.add(metatable);
  return metatable;
}

function checkProxy(template: LuaValue): LuaTable {
  const metatable = template instanceof LuaUserdata ? template.metatable : undefined;
  return metatable !== undefined && proxyMetatables.has(metatable)
    ? metatable
    : argumentError(1, "boolean or proxy expected");
}

function tuningOf(state: LuaState): Tuning {
  let tuning = tunings.get(state);
  if (tuning === undefined) {
    tuning = {
      pausePercent: 200,
      stepPercent: 200,
      isRunning: true,
      usedAfterwards: undefined,
      remainingWork: undefined,
    };
    tunings.set(state, tuning);
  }
  return tuning;
}
