/** Whether an open file is a terminal. */
import { fstatSync, statSync } from "node:fs";
import { tty } from "./builtins.lazy.ts";

/** Where much of what programs print goes. */
const NULL_DEVICE = "/dev/null";

/** Node's own answer takes a module of its own, some 5 ms to load: it is asked only where the answer may be yes. */
export function isTerminal(descriptor: number): boolean {
  return mayBeTerminal(descriptor) && tty().isatty(descriptor);
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice()) return process.platform === "win32";
    return stats.rdev !== statSync(NULL_DEVICE, { throwIfNoEntry: false })?.rdev;
  } catch {
    // It is closed.
    return false;
  }
}
