/** Finds what a program names that its target can't have, and what it has there in part. */
import type { NamedPlace, UsedGlobal } from "../../../compiler/index.ts";
import type { Finding } from "../../check/finding.ts";
import { sourceOf } from "../../check/examinedFile.ts";
import type { Program } from "../program.ts";
import type { ReachedFile } from "../reach.ts";
import { LOADERS } from "../libraryChoice.ts";
import { limits, type LimitedTarget } from "./limits.ts";

/** Of the target's program, by file and place. */
export function findRefused(target: LimitedTarget, { files }: Pick<Program, "files">): Finding[] {
  const byName = new Map(
    limits[target].flatMap((limit) => limit.names.map((name) => [name, limit] as const)),
  );
  return findIn(files, (file, { name }) => {
    const limit = byName.get(name);
    // A module of the project may have the name of one of spacer's.
    const isOwn =
      !file.required.has(name) && !name.includes(".") && !file.use.mentioned.includes(name);
    if (limit === undefined || isOwn) return undefined;
    return {
      severity: "error",
      message: `the target '${target}' can't have '${name}': ${limit.reason}`,
      hint: limit.hint,
    };
  });
}

/** Where a program without a compiler makes functions of texts, which raises an error then. */
export function findLoaders(target: LimitedTarget, { files }: Pick<Program, "files">): Finding[] {
  return findIn(files, (_file, { name }) =>
    LOADERS.has(name)
      ? {
          severity: "warning",
          message: `the target '${target}' has no compiler, so '${name}' of a text will fail`,
          hint: "engines there make no code of texts; put it into a Lua module",
        }
      : undefined,
  );
}

function placesOf({ name, places }: UsedGlobal): NamedPlace[] {
  const found: NamedPlace[] = [];
  for (let index = 0; index < places.length; index += 2) {
    const [start = 0, end = 0] = places.slice(index, index + 2);
    found.push({ name, span: { start, end } });
  }
  return found;
}

type Said = Pick<Finding["diagnostic"], "severity" | "message" | "hint">;

function findIn(
  files: readonly ReachedFile[],
  say: (file: ReachedFile, place: NamedPlace) => Said | undefined,
): Finding[] {
  return files.flatMap((file) => {
    const source = sourceOf(file.path, file.input.source);
    const { modules, globals } = file.use;
    return [...modules, ...globals.flatMap(placesOf)]
      .sort((left, right) => left.span.start - right.span.start)
      .flatMap((place) => {
        const said = say(file, place);
        if (said === undefined) return [];
        const { span } = place;
        const line = source.lineAt(span.start);
        const diagnostic = { code: "not-in-target", ...said, line, span };
        return [{ file: file.path, diagnostic, source }];
      });
  });
}
