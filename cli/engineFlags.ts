/**
 * Flags of V8 that processes of spacer run with. They come with the command that starts a process; one that is started without them
 * sets them itself, which takes 5 ms of its start: Node's own modules have code for the flags of the beginning only, and are compiled anew.
 */
import type * as v8 from "node:v8";

/**
 * Keeps lists in V8's young space. V8 11.3, of Node 20, makes lists in the old space once those of a place in the code have lived long, and
 * goes on when they no longer do: what dead ones refer to is then copied, and kept, as if it were alive (docs/decisions/start-up.md).
 */
export const YOUNG_LISTS_OPTION = "--no-allocation-site-pretenuring";

/**
 * For a process that was started without the option; before any code is loaded.
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
