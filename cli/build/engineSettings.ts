/**
 * How V8 is to optimize where many files are compiled once. A process of a build lives for some seconds, and each of them has to
 * have the compiler optimized anew: as V8 does it for programs that run long, that took a fifth of all time. So all code
 * is compiled to plain machine code at once, and is optimized later and with less put into each other. (Measured for 1,000
 * functions: 11.9 s of CPU time without, 9.7 s with all of it.)
 *
 * These are settings, no promises: another engine may have others, and what is compiled is the same without them.
 */
import { setFlagsFromString } from "node:v8";

const FLAGS = [
  "--always-sparkplug",
  "--max-inlined-bytecode-size=100",
  "--max-inlined-bytecode-size-cumulative=100",
];

/** V8 complains of flags that it does not know, so these are by the version of Node. Later ones count calls, not bytecodes. */
const FLAGS_OF: Readonly<Partial<Record<number, readonly string[]>>> = {
  20: [...FLAGS, "--interrupt-budget=600000"],
  22: FLAGS,
  24: FLAGS,
};

/**
 * What is set when a process of its own starts. All processors are busy, so threads that collect garbage beside it would only take
 * turns with it; and a heap that begins large needs fewer collections. (Measured: 3% of CPU time each. Sizes are in MB.) What Node
 * does not know keeps it from starting.
 */
const START_FLAGS = [
  "--single-threaded-gc",
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  "--initial-heap-size=256",
];

/** Options of Node for a process that lives for seconds. */
export function startSettings(): readonly string[] {
  return FLAGS_OF[nodeMajor()] === undefined ? [] : START_FLAGS;
}

export function expectShortLife(): void {
  for (const flag of shortLifeFlags()) setFlagsFromString(flag);
}

export function shortLifeFlags(): readonly string[] {
  return FLAGS_OF[nodeMajor()] ?? [];
}

function nodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}
