/** The derived files belong to the sources they stand beside. */
import { execFileSync } from "node:child_process";

test("no derived file is stale", () => {
  // Prettier and the program are ES modules, which Jest can't load: hence a process.
  const generate = ["--import", "tsx", "docs/generate/index.ts", "--check"];
  expect(() => execFileSync(process.execPath, generate, { stdio: "pipe" })).not.toThrow();
}, 60_000);
