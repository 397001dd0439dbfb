/** Replacement texts of `gsub`: plain text, and captures as `%1` (manual 5.4, `gsub`). */
import { callerError } from "../arguments.ts";
import { BoundedCache } from "./boundedCache.ts";
import type { Pattern } from "./patterns/pattern.ts";

/** The text that replaces the last match, which begins at `start`. */
export type Template = (pattern: Pattern, subject: string, start: number) => string;

const CACHE_CAPACITY = 200;

/** Text, or the number of a capture; 0 is the whole match. */
type Part = string | number;

const templates = new BoundedCache(CACHE_CAPACITY, makeTemplate);

/**
 * The template of a replacement text; the text itself when it is plain.
 *
 * @throws LuaError "invalid capture index" when the template is used
 */
export function findTemplate(text: string): Template | string {
  return text.includes("%") ? templates.get(text) : text;
}

function makeTemplate(text: string): Template {
  const parts = parseTemplate(text);
  const [part] = parts;
  if (parts.length === 1 && part !== undefined) {
    return (pattern, subject, start) => expand(part, pattern, subject, start);
  }
  return (pattern, subject, start) => {
    let output = "";
    for (const each of parts) output += expand(each, pattern, subject, start);
    return output;
  };
}

function parseTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let offset = 0; offset < text.length; offset++) {
    if (text.charAt(offset) !== "%") {
      literal += text.charAt(offset);
      continue;
    }
    offset++;
    // A `%` at the end escapes the NUL that ends every string in C.
    const escaped = offset < text.length ? text.charAt(offset) : "\0";
    if (escaped >= "0" && escaped <= "9") {
      if (literal !== "") parts.push(literal);
      parts.push(Number(escaped));
      literal = "";
    } else {
      literal += escaped;
    }
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

function expand(part: Part, pattern: Pattern, subject: string, start: number): string {
  if (typeof part === "string") return part;
  if (part === 0) return subject.slice(start, pattern.end);
  if (part === 1) return String(pattern.firstCapture(subject, start));
  if (part > pattern.captureCount) return callerError("invalid capture index");
  return String(pattern.capture(subject, part - 1));
}
