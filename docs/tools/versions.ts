/**
 * `npm run versions`: the tests on each version of Node that spacer is for. Versions are got from the registry the first time.
 *
 *     npm run versions                         all tests on all versions
 *     npm run versions -- 22 24                on these
 *     npm run versions -- 24 -- cli runtime    those tests whose path says so
 *     npm run versions -- --install 22 24      gets them, for the tests that use what is there
 */
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { findNode, installNode, NODE_VERSIONS } from "./otherNodes.ts";
import { root } from "./package.ts";

const words = process.argv.slice(2);
const separator = words.indexOf("--");
const own = separator < 0 ? words : words.slice(0, separator);
const testPaths = separator < 0 ? [] : words.slice(separator + 1);
const isInstallOnly = own.includes("--install");
const given = own.filter((word) => word !== "--install");
const unknown = given.find((word) => !NODE_VERSIONS.some((version) => version === word));
if (unknown === undefined) {
  const failed = (given.length === 0 ? NODE_VERSIONS : given).filter((version) => !run(version));
  if (failed.length > 0) {
    process.stderr.write(`failed on Node ${failed.join(", ")}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`versions: '${unknown}' is none of ${NODE_VERSIONS.join(", ")}\n`);
  process.exitCode = 1;
}

/** @returns Whether all went well. */
function run(version: string): boolean {
  const node = findNode(version) ?? installNode(version);
  const exact = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  process.stdout.write(`Node ${exact}${isInstallOnly ? " is there" : ""}\n`);
  if (isInstallOnly) return exact !== "";
  const jest = join(root, "node_modules/jest/bin/jest.js");
  // Scripts that tests run find their Node by the path.
  const path = `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`;
  // Modules that were transformed for one version are as good for the others.
  const { status } = spawnSync(node, ["--stack-size=3900", jest, ...testPaths], {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: "inherit",
  });
  return status === 0;
}
