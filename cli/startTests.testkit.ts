/**
 * What Jest does before all tests (see jest.config.ts): it makes the folder for what they share in this run, which is
 * the built program (build.testkit.ts) and its cache. stopTests.testkit.ts removes it.
 */
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The environment variable that tells the workers of Jest where the folder is. */
export const RUN_FOLDER_VARIABLE = "SPACER_TEST_RUN";

const repository = resolve(__dirname, "..");

export default function startTests(): void {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "spacer-tests-"));
  // Some tests let other users run what is in it.
  chmodSync(folder, 0o755);
  copyFileSync(join(repository, "package.json"), join(folder, "package.json"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  for (const program of ["index", "lua", "compileHelper"]) writeProgram(folder, program);
  process.env[RUN_FOLDER_VARIABLE] = folder;
}

/** In front of the built program: what it keeps is for this run alone, whatever environment a test gives it. */
function writeProgram(folder: string, program: string): void {
  const cache = JSON.stringify(join(folder, "cache"));
  const lines = [
    "#!/usr/bin/env -S node --stack-size=3900",
    `process.env.SPACER_CACHE_DIR ??= ${cache};`,
    `require("./dist/cli/${program}.js");`,
    "",
  ];
  const file = join(folder, `${program}.cjs`);
  writeFileSync(file, lines.join("\n"));
  chmodSync(file, 0o755);
}
