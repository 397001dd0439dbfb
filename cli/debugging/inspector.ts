/**
 * Whether somebody may be debugging this process. It is a fact of the process, as Node has one inspector:
 * `--inspect` opens it, and so do `node --inspect` and VS Code, which starts programs with it open.
 */
import { url } from "node:inspector";

/** Whether a debugger can attach. */
export function isInspectorOpen(): boolean {
  return url() !== undefined;
}

let isStopWanted = false;

/** Makes the file that is loaded next stop a debugger at its first statement. */
export function stopAtStart(): void {
  isStopWanted = true;
}

/** Whether `stopAtStart` was called, the first time it is asked. */
export function takeStopAtStart(): boolean {
  const isWanted = isStopWanted;
  isStopWanted = false;
  return isWanted;
}
