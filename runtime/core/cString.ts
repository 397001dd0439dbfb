/** A string as the C functions of Lua's libraries see it: up to its first zero byte. */
export function cString(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
