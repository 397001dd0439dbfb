/** A path as a bundle knows its files, which have one spelling: without detours. Asks nothing of the engine. */

const HAS_DETOUR = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** @param path "./lib/x.lua", say. @returns "lib/x.lua"; as it is when it is absolute, or leads out of where it begins. */
export function plainPath(path: string): string {
  if (!HAS_DETOUR.test(path) || path.startsWith("/")) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return path;
  }
  return parts.join("/");
}
