/**
 * The end of an invocation that used up its CPU budget or its time, that somebody interrupted, or that ended itself. Not a Lua
 * error: no `pcall` catches it, and no message handler sees it.
 */
import type { Place } from "./error.ts";
import { captureStack, withoutReplaced, type StackFrame } from "./stack.ts";
import { formatTraceback, innermostPlace } from "./traceback.ts";

export class Stopped {
  readonly reason: "cpu" | "time" | "killed" | "interrupted" | "exit";
  /** With the position of the code that was running or waiting, as in a Lua error. */
  readonly message: string;
  readonly traceback: string;
  readonly place: Place | undefined;

  constructor(reason: Stopped["reason"], message: string, traceback: string, place?: Place) {
    this.reason = reason;
    this.message = message;
    this.traceback = traceback;
    this.place = place;
  }
}

/** @param frames Where it was, innermost first; the running code unless given. */
export function stopped(
  reason: Stopped["reason"],
  text: string,
  frames: readonly StackFrame[] = captureStack(Infinity, true),
): Stopped {
  const place = innermostPlace(frames);
  const position = place === undefined ? "" : `${place.file}:${String(place.line)}: `;
  return new Stopped(reason, position + text, formatTraceback(withoutReplaced(frames)), place);
}
