/** Names and texts as SQL writes them, for statements that a program has to put together: names can't be parameters. */

/** `a"b` -> `"a""b"` */
export function escapeIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `it's` -> `'it''s'`; with a backslash `E'...'`, which means the same whatever `standard_conforming_strings` is. */
export function escapeText(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? ` E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
