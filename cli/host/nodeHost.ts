/** The machine as Lua sees it: the one implementation of the runtime's `Host` on Node. */
import { compileFunction } from "node:vm";
import { ALARM_INTERVAL_MS } from "../../runtime/index.ts";
import type { ChunkFactory, Host, ResumeFactory } from "../../runtime/host.ts";
import { crypto } from "../builtins.lazy.ts";
import { createNodeAlarm } from "./nodeAlarm.ts";
import { nodeClock } from "./nodeClock.ts";
import { createGarbageCollector } from "./garbageCollector.ts";
import { createNodeFiles } from "./nodeFiles.ts";
import { createNodeProcess } from "./nodeProcess.ts";

export interface NodeHostOptions {
  readonly compile: Host["compile"];
  /** How emitted code is loaded; as `instantiateCode` does when absent. */
  readonly instantiate?: Host["instantiate"];
  readonly readEvaluable?: Host["readEvaluable"];
  readonly isHopeless?: Host["isHopeless"];
  readonly builtinModuleSource: Host["builtinModuleSource"];
}

/** All states of the process share the memory of the alarm, and so the thread that raises it. */
const nodeAlarm = createNodeAlarm(ALARM_INTERVAL_MS);

/** Each call makes standard files with buffers of their own: one host per process is the rule. */
export function createNodeHost(options: NodeHostOptions): Host {
  const { compile, readEvaluable, isHopeless, builtinModuleSource } = options;
  return {
    compile,
    ...(readEvaluable === undefined ? {} : { readEvaluable }),
    ...(isHopeless === undefined ? {} : { isHopeless }),
    instantiate: options.instantiate ?? instantiateCode,
    builtinModuleSource,
    files: createNodeFiles(),
    clock: nodeClock,
    process: createNodeProcess(),
    collector: createGarbageCollector(),
    randomBytes: (sizeBytes) => crypto().randomBytes(sizeBytes).toString("latin1"),
    alarm: nodeAlarm,
  };
}

/** Loads emitted code. Nothing is kept when its functions are gone, as it would be of a `vm.Script`. */
export function instantiateCode(code: string, scriptName: string): ChunkFactory & ResumeFactory {
  return compileFunction(code, SCRIPT_PARAMETERS, { filename: scriptName }) as ChunkFactory &
    ResumeFactory;
}

/** Of chunks and resume scripts; the last is given to the latter only. */
export const SCRIPT_PARAMETERS = ["$rt", "$script", "$env", "$make"];
