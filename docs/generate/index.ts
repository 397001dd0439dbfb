/**
 * `npm run generate`: writes the derived files. With `--check` it writes nothing and fails when one
 * is stale.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../tools/package.ts";
import { deriveFiles, isFresh } from "./derivedFiles.ts";

const isCheck = process.argv.includes("--check");

for await (const file of deriveFiles(root)) {
  if (isFresh(root, file)) continue;
  if (isCheck) {
    process.stderr.write(`${file.path} is stale: run \`npm run generate\`\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(join(root, file.path)), { recursive: true });
    writeFileSync(join(root, file.path), file.text);
    process.stdout.write(`${file.path}\n`);
  }
}
