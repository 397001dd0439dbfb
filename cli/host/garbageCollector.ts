/**
 * The collector of the engine, for Lua. The engine offers it to programs that ask by a flag, and
 * everything else by the way.
 */
import { createContext, runInNewContext, Script } from "node:vm";
import { v8 } from "../builtins.lazy.ts";
import { closeForgottenFiles } from "./forgottenFiles.ts";
import type { HostCollector } from "../../runtime/host.ts";

/**
 * What a state without anything in it counts. Lua's are of this size, and who asks how much memory
 * there is means that of the program, not that of the compiler beside it.
 */
const EMPTY_BYTES = 32_768;

export function createGarbageCollector(): HostCollector {
  /** What is in use besides. Asked of the process, which knows without loading another module of Node. */
  let othersBytes = process.memoryUsage().heapUsed - EMPTY_BYTES;
  let collect: (() => void) | undefined;
  const memoryBytes = (): number => {
    const used = usedBytes();
    othersBytes = Math.min(othersBytes, used - EMPTY_BYTES);
    return used - othersBytes;
  };
  return {
    memoryBytes,
    collect() {
      collect ??= exposedCollector();
      const before = memoryBytes();
      endJob();
      collect();
      // What the engine has come to need meanwhile is none of the program's.
      const growth = memoryBytes() - before;
      if (growth > 0) othersBytes += growth;
      closeForgottenFiles();
    },
    releaseWeakTargets: endJob,
  };
}

function usedBytes(): number {
  return v8().getHeapStatistics().used_heap_size;
}

/** V8 hands out its collector to contexts made after the flag was set. */
function exposedCollector(): () => void {
  const { setFlagsFromString } = v8();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return collect;
}

let emptyJob: (() => void) | undefined;

/**
 * V8 keeps what WeakRefs were made for or read as until the microtasks that follow a job have run. A
 * context with microtasks of its own has its jobs, and V8 makes no difference: after one of them,
 * nothing is kept, while no microtask of the program has run.
 */
function endJob(): void {
  if (emptyJob === undefined) {
    const context = createContext({}, { microtaskMode: "afterEvaluate" });
    const script = new Script("0");
    emptyJob = () => {
      script.runInContext(context);
    };
  }
  emptyJob();
}
