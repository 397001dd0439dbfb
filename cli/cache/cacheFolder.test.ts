import { join } from "node:path";
import { cacheFolder } from "./cacheFolder.ts";

test.each([
  ["linux", { HOME: "/h/a" }, "/h/a/.cache/spacer"],
  ["linux", { HOME: "/h/a", XDG_CACHE_HOME: "/x" }, "/x/spacer"],
  ["linux", { HOME: "/h/a", XDG_CACHE_HOME: "x" }, "/h/a/.cache/spacer"],
  ["darwin", { HOME: "/u/a" }, "/u/a/Library/Caches/spacer"],
  ["win32", { LOCALAPPDATA: "/u/a" }, "/u/a/spacer/cache"],
  ["win32", { USERPROFILE: "/u" }, "/u/AppData/Local/spacer/cache"],
  ["linux", { SPACER_CACHE_DIR: "/c", HOME: "/h/a" }, "/c"],
  ["linux", { SPACER_CACHE_DIR: "/c", SPACER_CACHE: "off" }, undefined],
  ["linux", {}, undefined],
] as const)("%s %j", (platform, env, folder) => {
  expect(cacheFolder(env, platform)).toBe(folder && join(folder));
});
