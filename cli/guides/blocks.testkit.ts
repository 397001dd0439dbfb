/**
 * The code blocks of the guide, and what a test does with each of them.
 *
 * What is done follows from the block itself: a file goes into a project, commands are run, settings are read, and so on.
 * Where nothing can be done, a comment above the block says why (`<!-- not run: why -->`); without one the block is an
 * error. So nobody adds a sample that is never tried without noticing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const GUIDE = resolve(__dirname, "../../docs/guide");

export interface Page {
  /** "topics.md" */
  readonly name: string;
  readonly text: string;
}

export interface Block {
  /** The line of the fence, from 1. */
  readonly line: number;
  /** The word behind the fence: "lua", "console"; "" for none. */
  readonly language: string;
  readonly text: string;
  /** What the comment above it says: "not run: it stops the machine"; "" for none. */
  readonly note: string;
}

export interface SampleCommand {
  /** As it is typed; it may have several lines. */
  readonly text: string;
  /** What is printed; `undefined` when the guide does not show it. */
  readonly output: string | undefined;
}

export type Plan =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "commands"; readonly commands: readonly SampleCommand[] }
  /** Lines that are typed at a REPL, and what it prints. */
  | { readonly kind: "repl" }
  /** What the server of the page has printed by now. */
  | { readonly kind: "server output" }
  /** A part of the settings. */
  | { readonly kind: "settings" }
  /** Lua that is a part of a function; it has to compile. */
  | { readonly kind: "compiled" }
  /** JSON that is in a file of a new project. */
  | { readonly kind: "part"; readonly file: string }
  | { readonly kind: "not run"; readonly reason: string };

/** The pages of the guide, and the README of the repository. */
export function readPages(): readonly Page[] {
  return [
    ...readdirSync(GUIDE)
      .filter((name) => name.endsWith(".md"))
      .sort(),
    "../../README.md",
  ].map((name) => ({ name, text: readFileSync(join(GUIDE, name), "utf8") }));
}

/** In the order of the page. A fence may be indented, as in a list. */
export function blocksOf({ text }: Page): readonly Block[] {
  const fences =
    /(?:^ *<!-- (?<note>[^\n]*?) -->\n\s*)?^(?<indent> *)```(?<language>\w*)\n(?<text>.*?)^\k<indent>```$/gms;
  return [...text.matchAll(fences)].map(({ index, 0: all, groups = {} }) => {
    const before = text.slice(0, index + all.indexOf("```"));
    const indent = groups["indent"] ?? "";
    return {
      line: before.split("\n").length,
      language: groups["language"] ?? "",
      text: (groups["text"] ?? "").replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      note: groups["note"] ?? "",
    };
  });
}

/** @returns `undefined` for a block that is nothing of all this, or that may not be run: it needs a note. */
export function planOf(block: Block): Plan | undefined {
  const plan = naturalPlanOf(block);
  const isForbidden = plan?.kind === "commands" && plan.commands.some(({ text }) => !mayRun(text));
  return isForbidden ? undefined : plan;
}

function naturalPlanOf(block: Block): Plan | undefined {
  const { language, text, note } = block;
  const [, reason] = /^not run: (.+)$/.exec(note) ?? [];
  if (reason !== undefined) return { kind: "not run", reason };
  const [, file] = /^part of (\S+)$/.exec(note) ?? [];
  if (file !== undefined && language === "json") return { kind: "part", file };
  const path = pathOf(text);
  if (path !== undefined) return { kind: "file", path };
  switch (language) {
    case "sh":
      return {
        kind: "commands",
        commands: linesOf(text).map((line) => ({ text: line, output: undefined })),
      };
    case "console":
      if (/^> /m.test(text)) return { kind: "repl" };
      return text.startsWith("$ ")
        ? { kind: "commands", commands: commandsIn(text) }
        : { kind: "server output" };
    case "yaml":
      return { kind: "settings" };
    case "lua":
      return /^compiled: .+$/.test(note) ? { kind: "compiled" } : undefined;
    default:
      return undefined;
  }
}

/** Of a file the first line is a comment with its path: "-- app/name.lua", "# config/application.yml", "/* public/style.css" with its end. */
function pathOf(text: string): string | undefined {
  return /^(?:--|#|\/\*|<!--) ((?:(?:app|lib|config|public|test|data)\/\S+|\w+)\.(?:lua|yml|css|html)|\.env)(?: \*\/| -->)?\n/.exec(
    text,
  )?.[1];
}

/** Commands without what they print. Those that are only comments are none. */
function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

function commandsIn(text: string): readonly SampleCommand[] {
  const commands: { text: string; output: string[] }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = commands.at(-1);
    if (last?.output.length === 0 && isOpen(last.text)) {
      last.text += `\n${line}`;
    } else if (line.startsWith("$ ")) {
      commands.push({ text: line.slice(2), output: [] });
    } else {
      last?.output.push(line);
    }
  }
  return commands.map(({ text: command, output }) => ({
    text: command,
    output: output.length === 0 ? undefined : output.join("\n"),
  }));
}

const SAFE_PROGRAMS =
  /^(?:spacer|spacer-lua|npx spacer|\.\/bin\/(?:dev|test|prod)\.sh|echo|curl|cd)(?= |$)/;

/**
 * Whether a test may run a command: spacer's own, and what feeds them. All else is for people: what ends processes by their names, installs, or writes
 * outside of the project would do so to the machine of whoever runs the tests.
 */
export function mayRun(command: string): boolean {
  const bare = command.replaceAll(/'[^']*'/g, "''").replace(/ +#.*$/, "");
  if (/[`;&<>]|\$\(/.test(bare)) return false;
  return bare
    .split("|")
    .every((part) => SAFE_PROGRAMS.test(part.trim().replace(/^(?:[A-Z_]+=\S+ +)+/, "")));
}

/** Whether the shell would read on. */
function isOpen(command: string): boolean {
  return command.endsWith("\\") || (command.match(/'/g) ?? []).length % 2 === 1;
}
