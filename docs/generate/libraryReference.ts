/** Reference pages of functions for Lua programs. */
import type { DocComment } from "./docComment.ts";
import type { LibraryFunction } from "./libraries.ts";

export const DERIVED_NOTE = "<!-- Derived by `npm run generate`. Do not edit. -->";

export interface Page {
  readonly title: string;
  readonly introduction: string;
}

export function libraryReference(
  { title, introduction }: Page,
  libraries: ReadonlyMap<string, readonly LibraryFunction[]>,
): string {
  const sections = [...libraries].map(
    ([name, functions]) =>
      `## ${name === "" ? "Basic functions" : name}\n\n${functions.map(entry).join("\n")}\n`,
  );
  return `${DERIVED_NOTE}\n\n# ${title}\n\n${introduction}\n\n${sections.join("\n")}`;
}

/** "- `table.concat(list [, separator])` The elements as one string. ([manual](...))" */
function entry({ name, signature, isSupported, comment }: LibraryFunction): string {
  const parts = [`- \`${name}${signature}\``];
  if (!isSupported) parts.push("Not supported yet.");
  if (comment !== undefined) parts.push(...explanation(comment));
  return parts.join(" ");
}

function explanation({ description, tags }: DocComment): string[] {
  const [available] = tags.get("available") ?? [];
  const [manual] = tags.get("manual") ?? [];
  const messages = (tags.get("throws") ?? []).map((text) => text.replace(/^LuaError /, ""));
  return [
    available === undefined ? "" : `(${available})`,
    description.replaceAll("\n", "\n  "),
    messages.length === 0 ? "" : `Raises ${messages.join(", ")}.`,
    manual === undefined
      ? ""
      : `([manual ${manual}](https://www.lua.org/manual/5.1/manual.html#${manual}))`,
  ].filter((part) => part !== "");
}
