/**
 * The functions of modules that are written in Lua, found where they are declared: a comment of lines that begin with `---`, right above
 * `function M.name(parameters)`. Where functions are made in another way, the comment names each by `@function name(parameters)`.
 */
import { parseDocComment, type DocComment } from "./docComment.ts";
import type { LibraryFunction } from "./libraries.ts";

export interface LuaModule {
  readonly name: string;
  /** What the first line of the file says behind the name. */
  readonly summary: string;
  /** Ordered by name. */
  readonly functions: readonly LibraryFunction[];
}

/** @throws Error when a function of the module has no comment, or the file does not begin with what it is */
export function readLuaModule(name: string, text: string): LuaModule {
  const [, summary] = new RegExp(`^-- ${name}: (.*)`).exec(text) ?? [];
  if (summary === undefined) throw new Error(`${name}.lua does not begin with "-- ${name}: ..."`);
  const commented = [
    ...text.matchAll(
      /(?<comment>(?:^--- ?.*\n)+)(?:^function (?<name>\w+\.\w+)(?<list>\(.*\)))?/gm,
    ),
  ].flatMap(({ groups = {} }) => {
    const comment = parseComment(groups["comment"] ?? "");
    const listed = (comment.tags.get("function") ?? []).map((each) => splitName(each));
    const declared = groups["name"];
    if (declared !== undefined) {
      listed.push([declared, comment.tags.get("signature")?.[0] ?? groups["list"] ?? ""]);
    }
    return listed.map(([own, signature]) => ({
      name: own.replace(/^M\./, `${name}.`).replace(/^(?=\w+$)/, `${name}.`),
      signature,
      isSupported: true,
      comment,
    }));
  });
  for (const [, declared = ""] of text.matchAll(/^function M\.(\w+)\(/gm)) {
    if (commented.some((each) => each.name === `${name}.${declared}`)) continue;
    throw new Error(`${name}.lua says nothing of its function '${declared}'`);
  }
  const functions = commented
    .map((each) => ({
      ...each,
      name: each.name.startsWith(`${name}.`) ? each.name : `${name}.${each.name}`,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { name, summary: sentence(summary), functions };
}

function parseComment(lines: string): DocComment {
  return parseDocComment(`/**\n${lines.replaceAll(/^--- ?/gm, " * ")} */`);
}

/** "assertIsNil(value)" -> ["assertIsNil", "(value)"] */
function splitName(text: string): [string, string] {
  const [, name = "", signature = ""] = /^(\w+)(.*)$/s.exec(text) ?? [];
  return [name, signature];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
