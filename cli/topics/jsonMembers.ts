/** Takes a JSON object apart without reading what is in it. */

/**
 * The members of a JSON object by name, as JSON texts: numbers keep all their digits.
 *
 * @returns `undefined` for what is no object.
 * @throws SyntaxError
 */
export function jsonMembers(text: string): ReadonlyMap<string, string> | undefined {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const members = new Map<string, string>();
  // From here on the text is known to be right.
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '"') {
      index = stringEnd(text, index);
    } else if (char === "{" || char === "[") {
      if (++depth === 1) start = index + 1;
    } else if (char === "}" || char === "]" || char === ",") {
      if (depth === 1) addMember(members, text.slice(start, index));
      if (char !== ",") depth--;
      else if (depth === 1) start = index + 1;
    }
  }
  return members;
}

/** @param member "name": value; blank in an empty object. */
function addMember(members: Map<string, string>, member: string): void {
  const nameStart = member.indexOf('"');
  if (nameStart < 0) return;
  const nameEnd = stringEnd(member, nameStart) + 1;
  const name = JSON.parse(member.slice(nameStart, nameEnd)) as string;
  members.set(name, member.slice(member.indexOf(":", nameEnd) + 1).trim());
}

/** The index of the quote that ends the string which begins at an index. */
function stringEnd(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}
