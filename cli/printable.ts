/** Text that others wrote, made fit for one line of a terminal. */

/** Control characters, line breaks of Unicode, what has no width, and what turns the direction of writing. */
export const UNPRINTABLE =
  /[\p{Cc}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Shows what does not print as JSON escapes it. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const escaped = JSON.stringify(char).slice(1, -1);
    if (escaped !== char) return escaped;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** JSON text on one line. Between its strings, line breaks are spaces. */
export function printableJson(text: string): string {
  return printable(text.replaceAll(/[\t\r\n]+ */g, " "));
}

/** @returns At most so many characters, the last one "…" when something was left out. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
