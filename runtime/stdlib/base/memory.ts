/** The garbage collector, as far as a program can see one (manual 5.1). */
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, checkInteger, checkString } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

const BYTES_PER_KIBIBYTE = 1024;

/** The collector is not ours to tune, but a program may read back what it set. */
interface Tuning {
  pausePercent: number;
  stepPercent: number;
  isRunning: boolean;
}

const tunings = new WeakMap<LuaState, Tuning>();

/**
 * Asks for a collection or about memory: "collect", "count" (kibibytes), "step", "stop", "restart",
 * "setpause", "setstepmul", "isrunning". A collection is a request that the host may ignore.
 *
 * @manual 5.1
 * @throws LuaError "bad argument #1 to 'collectgarbage' (invalid option 'x')"
 */
export const collectgarbage = defineBuiltin("collectgarbage", (optionValue, argumentValue) => {
  const option = optionValue === undefined ? "collect" : checkString(optionValue, 1);
  const argument = argumentValue === undefined ? 0 : checkInteger(argumentValue, 2);
  const { host } = current.state;
  const tuning = tuningOf(current.state);
  switch (option) {
    case "collect":
      host.process.collectGarbage();
      return 0;
    case "step":
      // The engine takes its steps by itself; a whole collection instead would cost milliseconds.
      return true;
    case "count":
      return host.process.memoryBytes() / BYTES_PER_KIBIBYTE;
    case "stop":
    case "restart":
      tuning.isRunning = option === "restart";
      return 0;
    case "isrunning":
      return tuning.isRunning;
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
      return argumentError(1, `invalid option '${option}'`);
  }
});

/** The memory in use, in kibibytes. @manual 7.3 */
export const gcinfo = defineBuiltin("gcinfo", () =>
  Math.floor(current.state.host.process.memoryBytes() / BYTES_PER_KIBIBYTE),
);

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
  return new LuaUserdata(undefined, template === true ? newProxyMetatable() : checkProxy(template));
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
    tuning = { pausePercent: 200, stepPercent: 200, isRunning: true };
    tunings.set(state, tuning);
  }
  return tuning;
}
