/** How far long work has come: one line that is written over, on terminals only. */
import type { Writable } from "node:stream";
import { isTerminal } from "./style.ts";

export interface Progress {
  /** May be called as often as one likes. */
  update(text: string): void;
  /** Takes the line away: something else is to be written. */
  clear(): void;
}

const INTERVAL_MS = 100;
const ERASE_LINE = "\r\u001b[K";

/** @param stream Of standard error, so that the output can be passed on. */
export function createProgress(stream: Writable, now = () => performance.now()): Progress {
  let lastMs = -Infinity;
  let isShown = false;
  return {
    update(text) {
      if (!isTerminal(stream) || now() - lastMs < INTERVAL_MS) return;
      lastMs = now();
      isShown = true;
      stream.write(`${ERASE_LINE}${text}`);
    },
    clear() {
      if (isShown) stream.write(ERASE_LINE);
      isShown = false;
      // What comes next is to be seen at once: nothing is.
      lastMs = -Infinity;
    },
  };
}
