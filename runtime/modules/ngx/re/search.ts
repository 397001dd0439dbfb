/** What all functions of `ngx.re` do with their arguments, and with what a search came to. */
import { toText } from "../../../core/toText.ts";
import type { LuaValue } from "../../../core/value.ts";
import { checkString, optionalString } from "../../../stdlib/arguments.ts";
import { readOptions } from "./options.ts";
import { findRegex, type Regex } from "./regex.ts";

export interface Request {
  readonly subject: string;
  /** The compiled pattern, or what is wrong with it. */
  readonly regex: Regex | string;
}

/** @param optionPlace Which argument the options are. @throws LuaError 'unknown flag "z" (flags "z")' */
export function readRequest(values: readonly LuaValue[], optionPlace: number): Request {
  const subject = toText(values[0]);
  const pattern = checkString(values[1], 2);
  const optionText = optionalString(values[optionPlace - 1], optionPlace, "");
  return { subject, regex: findRegex(pattern, optionText, readOptions(optionText)) };
}

/** @param outcome Of a search, negative. */
export function searchError(outcome: number): string {
  return `pcre_exec() failed: ${String(outcome)}`;
}

/** Where to look for the next match; beyond the end when there can be none. An empty one is not found again. */
export function afterMatch({ start, end }: Regex): number {
  return start === end ? end + 1 : end;
}
