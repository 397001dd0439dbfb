/** Tracebacks in Lua lines, in the format of `debug.traceback` of LuaJIT, or of PUC Lua 5.1. */
import { LuaError, type Place } from "./error.ts";
import { current } from "./current.ts";
import {
  captureTraceback,
  isHostFrame,
  TAIL_FRAME,
  withoutReplaced,
  type LuaFrame,
  type StackFrame,
} from "./stack.ts";
import type { LuaValue } from "./value.ts";

/** In a long stack, the levels below this one and so many outermost ones are shown. */
const FIRST_LEVEL_CUT = 12;
const OUTERMOST_SHOWN = 10;

/**
 * The text `debug.traceback` returns, without a message.
 *
 * @param frames Innermost first. LuaJIT shows an address for the host's, here it is left out.
 * @param level The level of the first frame; 0 would be the function that asks.
 */
export function formatTraceback(frames: readonly StackFrame[], level = 1): string {
  const lines = frames.map((frame, index) => describeFrame(frame, frames[index + 1]));
  const innermostShown = Math.max(0, FIRST_LEVEL_CUT - level);
  const cutCount = lines.length - innermostShown - OUTERMOST_SHOWN;
  if (cutCount > 1) lines.splice(innermostShown, cutCount, "...");
  if (isHostFrame(frames.at(-1)) && !current.isPuc51) lines.pop();
  return ["stack traceback:", ...lines].join("\n\t");
}

/** The message handler of a program's entry: keeps the value and records where it was raised. */
export function withTraceback(value: LuaValue, frames?: readonly StackFrame[]): LuaError {
  const all = frames ?? captureTraceback(true);
  return new LuaError(value, formatTraceback(withoutReplaced(all)), innermostPlace(all));
}

/** The innermost line of Lua. */
export function innermostPlace(frames: readonly StackFrame[]): Place | undefined {
  const frame = frames.find(({ kind }) => kind === "lua");
  if (frame?.kind !== "lua" || frame.site === undefined) return undefined;
  return { file: frame.script.shortSource, line: frame.site.line };
}

/**
 * What a site calls the function it calls: `["global", "f"]` for "global 'f'", and
 * `["metamethod", "__add"]` where an operator calls.
 *
 * @param caller The frame that made the call.
 */
export function calledName(
  caller: StackFrame | undefined,
): [kind: string, name: string] | undefined {
  const site = caller?.kind === "lua" ? caller.site : undefined;
  const callee = site?.callee ?? site?.operands?.[0];
  const match = callee === undefined ? null : /^(\w+) '(.*)'$/s.exec(callee);
  const [, kind = "", name = ""] = match ?? [];
  // PUC Lua 5.1 has no names for those.
  if (match === null || (kind === "metamethod" && current.isPuc51)) return undefined;
  return [kind, name];
}

function describeFrame(frame: StackFrame, caller: StackFrame | undefined): string {
  const name = calledName(caller)?.[1];
  if (frame.kind === "builtin" && current.isPuc51) {
    if (frame === TAIL_FRAME) return "(tail call): ?";
    return name === undefined ? "[C]: ?" : `[C]: in function '${name}'`;
  }
  if (frame.kind === "builtin") return `[C]: in function '${name ?? unqualified(frame.name)}'`;
  const place = `${frame.script.shortSource}:${String(frame.site?.line ?? 0)}:`;
  if (name !== undefined) return `${place} in function '${name}'`;
  if (isMain(frame)) return `${place} in main chunk`;
  return `${place} in function <${frame.script.shortSource}:${String(frame.range?.firstLine)}>`;
}

function isMain(frame: LuaFrame): boolean {
  return frame.range?.index === 0;
}

function unqualified(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
