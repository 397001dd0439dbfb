/** Whether an open file is a terminal. */
import { fstatSync } from "node:fs";
import { tty } from "./builtins.lazy.ts";

/** Node's own answer takes a module of its own, 2 ms to load: it is asked only where the answer may be yes. */
export function isTerminal(descriptor: number): boolean {
  return isCharacterDevice(descriptor) && tty().isatty(descriptor);
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}
