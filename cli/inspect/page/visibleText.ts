/** Text of a source, for a page: what does not print, and what would change the order of the rest, can be seen. */
import { UNPRINTABLE } from "../../printable.ts";

export function visibleText(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    // Pages show tabs as such.
    if (char === "\t") return char;
    const code = char.charCodeAt(0);
    // Unicode has pictures for the controls of ASCII.
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return `\\u{${code.toString(16)}}`;
  });
}
