/** Reading a text char by char, as those who read numbers do. */

export function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = codeAt(text, at);
    if (code !== 32 && !(code >= 9 && code <= 13)) return at;
    at++;
  }
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The code of a char; -1 behind the end, where `charCodeAt` gives NaN and V8 gives up on speed. */
export function codeAt(text: string, offset: number): number {
  return offset < text.length ? text.charCodeAt(offset) : -1;
}
