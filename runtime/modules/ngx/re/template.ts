/** Replacements: `$1`, `${1}`, `$0`, `$$`. */
import type { Regex } from "./regex.ts";

/** Text, or the number of a group. */
export type Template = readonly (string | number)[];

/** `undefined` for one that is wrong: a dollar must be followed by a number, or by another. */
export function readTemplate(text: string): Template | undefined {
  const parts: (string | number)[] = [];
  let place = 0;
  while (place < text.length) {
    PART.lastIndex = place;
    const match = PART.exec(text);
    if (match === null) return undefined;
    const [part, plain, digits = match[3]] = match;
    parts.push(digits === undefined ? (plain ?? "$") : Number(digits));
    place += part.length;
  }
  return parts;
}

const PART = /([^$]+)|\$(\d+)|\$\{(\d+)\}|\$\$/y;

/** The text for the latest match. */
export function fillTemplate(template: Template, regex: Regex): string {
  let text = "";
  for (const part of template) text += typeof part === "string" ? part : (regex.group(part) ?? "");
  return text;
}
