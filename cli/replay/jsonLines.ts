/**
 * JSON for people, a line for each value: members in the order of their names, numbers as JavaScript writes them. The
 * lines of two texts are the same when their values are.
 */

const INDENT = "  ";

/** @param text JSON. */
export function jsonLines(text: string): readonly string[] {
  return linesOf(JSON.parse(text));
}

function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return enclose("[", value.map(linesOf), "]");
  if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => {
      const [first = "", ...rest] = linesOf(member);
      return [`${JSON.stringify(name)}: ${first}`, ...rest];
    });
  return enclose("{", members, "}");
}

function enclose(
  open: string,
  parts: readonly (readonly string[])[],
  close: string,
): readonly string[] {
  if (parts.length === 0) return [open + close];
  const inner = parts.flatMap((lines, index) => {
    const comma = index === parts.length - 1 ? "" : ",";
    return [...lines.slice(0, -1), `${lines.at(-1) ?? ""}${comma}`];
  });
  return [open, ...inner.map((line) => INDENT + line), close];
}
