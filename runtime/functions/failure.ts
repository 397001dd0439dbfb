/** What is known of a Lua error that nobody caught, for replies and logs. */
import type { LuaError, Place } from "../core/error.ts";
import type { LuaState } from "../core/state.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";

export interface Failure {
  /** The error as text, in bytes like any Lua string. */
  readonly text: string;
  /** Where it was raised, as error messages name the file. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly traceback?: string;
}

/** A text for others, without what the surroundings keep secret. Both are bytes. */
export function withoutSecrets(text: string, { host }: LuaState): string {
  return host.process.hideSecrets?.(text) ?? text;
}

/** When no Lua code was running. */
const EMPTY_TRACEBACK = "stack traceback:";

/**
 * Describes an error that ended a call. Nothing of it is secret.
 *
 * @param text Its value as text.
 */
export function describeFailure(error: LuaError, text: string, state: LuaState): Failure {
  const { value, traceback } = error;
  const stack = traceback === EMPTY_TRACEBACK ? undefined : traceback;
  const place =
    (typeof value === "string" ? placeInMessage(value, traceback) : undefined) ??
    innermostPlace(traceback) ??
    error.place;
  return {
    text: withoutSecrets(text, state),
    ...place,
    ...(stack === undefined ? {} : { traceback: withoutSecrets(stack, state) }),
  };
}

/** An error value as `lua` shows it, without asking its metatable. */
export function errorText(value: LuaValue): string {
  return typeof value === "object" ? `(error object is a ${plainText(value)})` : plainText(value);
}

/**
 * The position that a message begins with. A message may look like that by chance ("at 12:30: late"),
 * so it counts only when the loader wrote it or the stack passed there.
 */
function placeInMessage(message: string, traceback: string | undefined): Place | undefined {
  const loading = /^error loading module [^\n]*:\n\t([^\n]+?):(\d+): /.exec(message);
  if (loading !== null) return toPlace(loading);
  const found = /^([^\n]+?):(\d+): /.exec(message);
  const isOnStack = found !== null && traceback?.includes(`\n\t${found[0].trimEnd()}`) === true;
  return isOnStack ? toPlace(found) : undefined;
}

function innermostPlace(traceback: string | undefined): Place | undefined {
  const found =
    traceback === undefined ? null : /\n\t(?!\[C\])([^\n]+?):(\d+): in /.exec(traceback);
  return found === null ? undefined : toPlace(found);
}

function toPlace(match: RegExpExecArray): Place {
  return { file: match[1] ?? "", line: Number(match[2]) };
}
