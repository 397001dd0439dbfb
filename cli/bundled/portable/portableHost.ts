/**
 * The host of a bundle that asks nothing of its engine but what browsers, Workers and Node have in common: clocks, timers, a
 * console, random numbers. There is no compiler, and nothing becomes code that was a text.
 */
/* eslint-disable no-console -- here the console is where programs write to */
import { randomBytes } from "../../../runtime/index.ts";
import type { Host } from "../../../runtime/host.ts";
import { createChunkHost } from "../chunkHost.ts";
import type { BundledProgram } from "../bundle.ts";
import { createConsoleFile } from "./consoleFile.ts";
import { createNoFiles } from "./noFiles.ts";
import { readableProcess, type ReadableVariables } from "../readableProcess.ts";
import { createPortableClock, type ClockOptions } from "./portableClock.ts";

export interface PortableHostOptions extends ClockOptions, ReadableVariables {
  readonly program: BundledProgram;
  /** Where it runs, for messages: "a Worker". */
  readonly place: string;
}

export function createPortableHost(options: PortableHostOptions): Host {
  const { program, place } = options;
  const { files, ...chunks } = createChunkHost(program, undefined);
  return {
    ...chunks,
    files: createNoFiles(place, files, {
      stdout: createConsoleFile((line) => console.log(line)),
      stderr: createConsoleFile((line) => console.error(line)),
    }),
    clock: createPortableClock(options),
    process: {
      ...readableProcess(options),
      execute: (command) => (command === undefined ? NO_SHELL : NOT_RUN),
    },
    collector: { memoryBytes: () => EMPTY_BYTES, collect: nothing, releaseWeakTargets: nothing },
    randomBytes,
  };
}

/** What a state without anything in it counts; engines don't tell. */
const EMPTY_BYTES = 32_768;

function nothing(): void {
  // The engine collects when it likes, and asks nobody.
}

/** What C's `system` returns where there is no shell, and what shells return for commands that can't be run. */
const NO_SHELL = 0;
const NOT_RUN = 127;
