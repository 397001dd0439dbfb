/** Which texts are words: names of Lua, but for its keywords. */

/** Whether a text is a name of Lua, all ASCII: `/^[A-Za-z_]\w*$/`, which is asked for each field of a program. */
export function isWord(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
    if (!isLetter && (index === 0 || code < 48 || code > 57)) return false;
  }
  return text !== "";
}
