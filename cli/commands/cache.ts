import { cachedFiles, clearCache } from "../cache/pruneCache.ts";
import { cacheFolder } from "../cache/cacheFolder.ts";
import { defineCommand } from "../command.ts";
import { UserError } from "../errors.ts";
import { sizeText } from "../sizeText.ts";

export const cacheCommand = defineCommand({
  name: "cache",
  summary: "Show or clear what spacer keeps to start sooner",
  description: [
    "Compiled Lua and what V8 makes of it are kept in a folder of the user: SPACER_CACHE_DIR, or that of the system for " +
      "such files. What is there can be made again at any time; it is kept at a size, and what nobody uses goes by itself.",
    "SPACER_CACHE=off keeps nothing and reads nothing.",
  ],
  operands: {},
  options: {
    clear: { type: "boolean", description: "Remove all that is kept" },
    json: { type: "boolean", description: "Print JSON" },
  },
  examples: [
    { command: "spacer cache", meaning: "where it is, and how large" },
    { command: "spacer cache --clear", meaning: "frees the space" },
  ],
  run: ({ options }, { env, stdout }) => {
    const folder = cacheFolder(env);
    if (options.clear && folder !== undefined && !clearCache(folder)) {
      throw new UserError(
        `the cache in ${folder} can't be cleared`,
        "it belongs to another user, or others may write there",
      );
    }
    const files = folder === undefined ? [] : [...cachedFiles(folder)];
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    if (options.json) {
      const report = { folder: folder ?? null, files: files.length, sizeBytes };
      stdout.write(`${JSON.stringify(report)}\n`);
    } else if (folder === undefined) {
      stdout.write("nothing is kept: the cache is off\n");
    } else {
      const count = `${String(files.length)} file${files.length === 1 ? "" : "s"}`;
      stdout.write(`${folder}: ${count}, ${sizeText(sizeBytes)}\n`);
    }
    return Promise.resolve(0);
  },
});
