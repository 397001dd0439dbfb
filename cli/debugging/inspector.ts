/**
 * Whether somebody may be debugging this process. It is a fact of the process, as Node has one inspector:
 * `--inspect` opens it, and so do `node --inspect` and VS Code, which starts programs with it open.
 */
import { inspector } from "../builtins.lazy.ts";

/** A process that is younger has had no time for a signal that opens it. */
const YOUNG_SECONDS = 1;

let isOpenedHere = false;

/** Whether a debugger can attach. */
export function isInspectorOpen(): boolean {
  return (isOpenedHere || mayBeOpen()) && inspector().url() !== undefined;
}

/** Lets debuggers attach. Node tells of failures only on standard error. */
export function openAt(port: number, host: string): void {
  isOpenedHere = true;
  inspector().open(port, host);
}

/** Options of Node that open it, or load code that may. */
const OPENS_IT =
  /^(?:-r|--require|--import|--(?:experimental-)?loader|--inspect|--debug|--env-file)/;

/** Whether it is worth while to load Node's module and ask, which takes 10 ms of the start. */
function mayBeOpen(): boolean {
  const inherited = (process.env["NODE_OPTIONS"] ?? "").split(/[\s"]+/);
  return (
    process.uptime() > YOUNG_SECONDS ||
    [...process.execArgv, ...inherited].some((option) => OPENS_IT.test(option))
  );
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
