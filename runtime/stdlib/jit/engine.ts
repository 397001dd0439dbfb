/**
 * What the table `jit` remembers for a program: whether the compiler is on and what it is to do. V8
 * compiles as it likes, so nothing follows from it; but programs read back what they set, and mistakes
 * are told as LuaJIT tells them.
 */
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { callerError } from "../arguments.ts";

/** Optimizations by name; each level has those up to a certain one, with the exceptions. */
const FLAGS = ["fold", "cse", "dce", "fwd", "dse", "narrow", "loop", "abc", "sink", "fuse"];
const LEVELS: readonly (readonly string[])[] = [
  [],
  ["fold", "cse", "dce"],
  ["fold", "cse", "dce", "narrow", "loop"],
  FLAGS,
];

const PARAMETERS = new Set(
  (
    "maxtrace maxrecord maxirconst maxside maxsnap minstitch hotloop hotexit tryside instunroll " +
    "loopunroll callunroll recunroll sizemcode maxmcode"
  ).split(" "),
);

export interface Engine {
  isOn: boolean;
  flags: ReadonlySet<string>;
}

const engines = new WeakMap<LuaState, Engine>();

/** That of the running state. */
export function currentEngine(): Engine {
  const { state } = current;
  let engine = engines.get(state);
  if (engine === undefined) {
    engine = { isOn: true, flags: new Set(FLAGS) };
    engines.set(state, engine);
  }
  return engine;
}

/** The flags that are set, in LuaJIT's order. */
export function flagsOf({ flags }: Engine): string[] {
  return FLAGS.filter((flag) => flags.has(flag));
}

/** Sets all flags back. */
export function resetFlags(engine: Engine): void {
  engine.flags = new Set(FLAGS);
}

/**
 * @param option A level ("2"), a flag ("+cse", "-fold", "no-loop") or a parameter ("hotloop=10").
 * @throws LuaError "unknown or malformed optimization flag 'x'"
 */
export function applyOption(engine: Engine, option: string): void {
  if (/^\d$/.test(option)) {
    engine.flags = new Set(LEVELS[Math.min(Number(option), 3)]);
    return;
  }
  const [, sign = "", flag = ""] = /^(\+|-|no-?|)(.*)$/s.exec(option) ?? [];
  if (FLAGS.includes(flag)) {
    const flags = new Set(engine.flags);
    if (sign === "" || sign === "+") flags.add(flag);
    else flags.delete(flag);
    engine.flags = flags;
    return;
  }
  const [, parameter = "", digits = ""] = /^(\w+)=(\d*)$/.exec(option) ?? [];
  if (PARAMETERS.has(parameter) && readNumber(digits) < 2 ** 31) return;
  callerError(`unknown or malformed optimization flag '${option}'`);
}

/** As C reads it, into 32 bits. */
function readNumber(digits: string): number {
  let value = 0;
  for (const digit of digits) value = (value * 10 + Number(digit)) % 2 ** 32;
  return value;
}
