import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFolder, isTrusted } from "../cache/cacheFolder.ts";
import { cachedFiles, MAX_CACHE_BYTES } from "../cache/pruneCache.ts";
import { sizeText } from "../sizeText.ts";
import { ok, warning, type Check } from "./check.ts";

const TURN_OFF = "name another folder by SPACER_CACHE_DIR, or keep nothing with SPACER_CACHE=off";

/** What spacer keeps to start sooner. Without it all works, slower. */
export const cacheCheck: Check = {
  name: "cache",
  run: ({ env }) => {
    const folder = cacheFolder(env);
    if (folder === undefined) {
      if (env["SPACER_CACHE"] === "off") return [ok("off, by SPACER_CACHE")];
      return [warning("none: the user has no home, so each start compiles all anew", TURN_OFF)];
    }
    if (!existsSync(folder)) {
      const parent = existingParent(folder);
      if (!mayWrite(parent)) {
        return [warning(`${folder} can't be made: ${parent} can't be written to`, TURN_OFF)];
      }
      return [ok(`${folder}, which is not there yet`)];
    }
    if (!isTrusted(folder)) {
      return [
        warning(
          `${folder} is not used: it belongs to another user, or others may write there`,
          `'chmod go-w ${folder}' as its owner, or ${TURN_OFF}`,
        ),
      ];
    }
    if (!mayWrite(folder)) return [warning(`${folder} can't be written to`, TURN_OFF)];
    let sizeBytes = 0;
    for (const file of cachedFiles(folder)) sizeBytes += file.sizeBytes;
    const shown = `${folder}, ${sizeText(sizeBytes)}`;
    // It is kept at its size once a day.
    if (sizeBytes > MAX_CACHE_BYTES * 2) {
      return [
        warning(`${shown}: more than it is to get`, "'spacer cache --clear' frees the space"),
      ];
    }
    return [ok(shown)];
  },
};

function existingParent(folder: string): string {
  let parent = dirname(folder);
  while (!existsSync(parent)) parent = dirname(parent);
  return parent;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
