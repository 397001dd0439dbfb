/**
 * The versions of Node that spacer is for, as npm packages that hold Node's own binaries. They are kept in a folder that git
 * does not see, and that `npm ci` removes.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./package.ts";

/** Those that get fixes; the first is the one of `engines` in package.json. */
export const NODE_VERSIONS = ["20", "22", "24"] as const;

const FOLDER = join(root, "node_modules/.cache/spacer-nodes");

/** The binary of a version; `undefined` when it was not installed. @param version "22" */
export function findNode(version: string): string | undefined {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const file = join(FOLDER, version, "node_modules", packageName(), "bin", name);
  return existsSync(file) ? file : undefined;
}

/** Gets the newest of a version from the registry. @throws Error when there is none for this platform */
export function installNode(version: string): string {
  const folder = join(FOLDER, version);
  mkdirSync(folder, { recursive: true });
  const words = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--silent"];
  // By the package of the platform: the one named `node` runs a script to get it, which npm may refuse.
  execFileSync("npm", [...words, `${packageName()}@${version}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const file = findNode(version);
  if (file === undefined) throw new Error(`${packageName()}@${version} holds no Node`);
  return file;
}

function packageName(): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `node-${platform}-${process.arch}`;
}
