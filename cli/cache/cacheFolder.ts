/** Where spacer keeps what it could make again: in the folder that the system has for that. */
import { lstatSync, mkdirSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** Below it: V8's code of spacer itself, compiled Lua, and what bundles are made of. */
export const CODE_FOLDER = "code";
export const LUA_FOLDER = "lua";
export const BUILD_FOLDER = "build";

type Environment = Readonly<Partial<Record<string, string>>>;

/** Only its owner may look into it, as with other folders of caches. */
const FOLDER_MODE = 0o700;
/** Group or others may write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The folder: `SPACER_CACHE_DIR`, or that of the system. It may not exist.
 *
 * @returns `undefined` where nothing is to be kept: with `SPACER_CACHE=off`, and for users without a home.
 */
export function cacheFolder(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (env["SPACER_CACHE"] === "off") return undefined;
  const { SPACER_CACHE_DIR: chosen = "" } = env;
  if (chosen !== "") return resolve(chosen);
  const home = absolute(env[platform === "win32" ? "USERPROFILE" : "HOME"]);
  const inHome = (...names: string[]) => home && join(home, ...names);
  switch (platform) {
    case "win32":
      return below(absolute(env["LOCALAPPDATA"]) ?? inHome("AppData", "Local"), "spacer", "cache");
    case "darwin":
      return below(inHome("Library", "Caches"), "spacer");
    default:
      return below(absolute(env["XDG_CACHE_HOME"]) ?? inHome(".cache"), "spacer");
  }
}

/**
 * Whether what is in a folder may be run: it is this user's, and nobody else can write there. What is kept is
 * code, so a folder like `/tmp/x` that somebody else has made must not be read.
 */
export function isTrusted(folder: string): boolean {
  try {
    const stats = lstatSync(folder);
    if (!stats.isDirectory()) return false;
    // Windows has no such bits; the folder is within the user's profile.
    if (process.getuid === undefined) return true;
    return stats.uid === process.getuid() && (stats.mode & WRITABLE_BY_OTHERS) === 0;
  } catch {
    return false;
  }
}

/** Makes a folder where there is none. @returns Whether it is there, and trusted. */
export function ensureFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch {
    return false;
  }
  return isTrusted(folder);
}

/** The specification of XDG has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function below(folder: string | undefined, ...names: string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...names);
}
