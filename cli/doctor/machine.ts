/** What checks ask of the machine and of this process; tests hand in others. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { realSurroundings, type Surroundings } from "../embeddedPostgres/surroundings.ts";
import { packageManifest, type PackageManifest } from "../installation.ts";

export interface Machine {
  /** "20.19.2" */
  readonly nodeVersion: string;
  /** Node's own options, as of `process.execArgv`. */
  readonly nodeOptions: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Where Linux tells of itself: `/proc`. */
  readonly procFolder: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Of spacer itself. */
  readonly manifest: PackageManifest;
  /** The version of a package as spacer would load it; `undefined` if it is not installed. */
  readonly packageVersion: (name: string) => string | undefined;
  /** As the PostgreSQL of projects sees the machine. */
  readonly surroundings: Surroundings;
}

export function realMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    nodeOptions: process.execArgv,
    platform: process.platform,
    arch: process.arch,
    procFolder: "/proc",
    nowMs: Date.now,
    manifest: packageManifest(),
    packageVersion,
    surroundings: realSurroundings(),
  };
}

/** What a file of `/proc` says; `undefined` where there is none. @param path From there. */
export function readProc({ procFolder }: Machine, path: string): string | undefined {
  try {
    return readFileSync(join(procFolder, path), "latin1");
  } catch {
    return undefined;
  }
}

/** Packages need not export their package.json, so the folders are searched in which Node would look. */
function packageVersion(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = folders
    .map((folder) => join(folder, name, "package.json"))
    .find((file) => existsSync(file));
  if (found === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(found, "utf8")) as { version?: unknown };
  return typeof version === "string" ? version : `in ${dirname(found)}`;
}
