/** The folders whose files a project publishes: `gateway.static`. */
import { statSync, type Stats } from "node:fs";
import { relative, resolve, sep } from "node:path";
import type { StaticFolder } from "../runtime/gateway/index.ts";
import {
  boolean,
  object,
  optional,
  problem,
  required,
  string,
  stringThat,
  type Place,
  type Reader,
} from "./configReaders.ts";
import { systemErrorCode, systemErrorText } from "./errors.ts";
import type { Mode } from "./openProject.ts";
import { lifetime } from "./quantityReaders.ts";

/** What is the project's own, and holds sources, secrets or what was logged. */
const OWN_FOLDERS = ["app", "bin", "config", "lib", "logs", "temp", "test", ".spacer"];

const publishedPath = stringThat((text) => {
  if (!text.startsWith("/")) return `'${text}' must begin with '/'`;
  if (/[?#%*:\\]/.test(text)) {
    return `'${text}' is no plain path: all below it is published, and it is written as people read it`;
  }
  const names = text.split("/").filter((name) => name !== "");
  if (names.some((name) => name === "." || name === "..")) return `'${text}' has '.' or '..' in it`;
  return names[0] === "private" ? "requests to /private/ call functions and no files" : undefined;
});

/** From the root of the project. */
const folder: Reader<{ readonly dir: string; readonly place: Place }> = (node, place) => ({
  dir: string(node, place),
  place: { ...place, offset: offsetOf(node) ?? place.offset },
});

const fallbackFile = stringThat((text) =>
  text === "" || /^\/|\\|(?:^|\/)(?:\.|$)/.test(text)
    ? `'${text}' is no file in the folder, such as index.html`
    : undefined,
);

export const staticFolder = object({
  /** The path below which its files are. */
  path: required(publishedPath, "path: /assets"),
  dir: required(folder, "dir: public"),
  /** In production, how long clients may use a file without asking again; not at all when left out. */
  maxAge: optional(lifetime),
  /** In production, whether they never ask while that lasts: for files with another name for each content. */
  immutable: optional(boolean),
  /** Whether `app.js.br` and `app.js.gz` are sent for `app.js` to who takes them. */
  precompressed: optional(boolean),
  /** The file that browsers get for pages that are not there, from the folder. */
  fallback: optional(fallbackFile),
});

/**
 * The folders as the gateway wants them.
 *
 * @param root Absolute path, from which they are.
 * @throws SettingsError when one is not there, or is not to be published
 */
export function publishedFolders(
  folders: readonly ReturnType<typeof staticFolder>[],
  root: string,
  mode: Mode,
): StaticFolder[] {
  return folders.map(
    ({ path, dir: { dir, place }, precompressed = false, fallback, ...caching }) => {
      const absolute = resolve(root, dir);
      check(root, absolute, dir, place);
      const { maxAge = 0, immutable = false } = mode === "production" ? caching : {};
      return {
        path,
        dir: absolute,
        maxAgeMs: maxAge,
        isImmutable: immutable,
        isPrecompressed: precompressed,
        fallback,
      };
    },
  );
}

function check(root: string, absolute: string, dir: string, place: Place): void {
  const fromRoot = relative(root, absolute);
  const isAround = fromRoot === "" || /^\.\.(?:[\\/]\.\.)*$/.test(fromRoot);
  if (isAround) {
    throw problem(
      place,
      `'${dir}' would publish the sources and settings of the project`,
      "put what is to be published into a folder of its own, such as public",
    );
  }
  const [first = ""] = fromRoot.split(sep);
  if (OWN_FOLDERS.includes(first)) {
    throw problem(
      place,
      `'${dir}' is in ${first}/, which is not to be published`,
      "put what is to be published into a folder of its own, such as public",
    );
  }
  const stats = statsOf(absolute, dir, place);
  if (stats === undefined) {
    throw problem(
      place,
      `there is no folder '${dir}'`,
      "make it, or write where it is from the root of the project",
    );
  }
  if (!stats.isDirectory()) throw problem(place, `'${dir}' is no folder`);
}

function statsOf(absolute: string, dir: string, place: Place): Stats | undefined {
  try {
    return statSync(absolute, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENOTDIR") return undefined;
    throw problem(place, `can't look into '${dir}': ${systemErrorText(error)}`);
  }
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}
