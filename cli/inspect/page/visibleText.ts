/** Text of a source, for a page: what does not print, and what would change the order of the rest, can be seen. */

/** All but tabs, which pages show as such. */
const INVISIBLE = /(?!\t)[\p{Cc}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (char) => {
    const code = char.charCodeAt(0);
    // Unicode has pictures for the controls of ASCII.
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return `\\u{${code.toString(16)}}`;
  });
}
