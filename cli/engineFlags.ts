/**
 * Flags of V8 that processes of spacer run with. They come with the command that starts a process; one that is started without them
 * sets the one itself that can be had later, which takes 5 ms of its start: Node's own modules have code for the flags of the beginning only, and are compiled anew.
 */
import type * as v8 from "node:v8";

/**
 * Keeps lists in V8's young space. V8 11.3, of Node 20, makes lists in the old space once those of a place in the code have lived long, and
 * goes on when they no longer do: what dead ones refer to is then copied, and kept, as if it were alive (docs/decisions/start-up.md).
 */
export const YOUNG_LISTS_OPTION = "--no-allocation-site-pretenuring";

/**
 * Begins with 2 MB for new objects, in place of 1: starting makes 2 MB, and collecting these twice, when nearly all of them are
 * alive, took 3 ms of each start. V8 makes the space larger by itself where a program needs more.
 */
export const ROOMY_START_OPTION = "--min-semi-space-size=2";

/** What processes are started with besides the size of the stack. */
export const ENGINE_OPTIONS = [YOUNG_LISTS_OPTION, ROOMY_START_OPTION] as const;

/**
 * For a process that was started without `YOUNG_LISTS_OPTION`; before any code is loaded.
 *
 * @param require Loads a module of Node.
 */
export function keepListsYoung(require: NodeJS.Require): void {
  if (!process.version.startsWith("v20.") || process.execArgv.includes(YOUNG_LISTS_OPTION)) return;
  setEngineFlag(YOUNG_LISTS_OPTION, require);
}

export function setEngineFlag(flag: string, require: NodeJS.Require): void {
  (require("node:v8") as typeof v8).setFlagsFromString(flag);
}
