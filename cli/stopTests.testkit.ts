/** What Jest does behind all tests: the folder of startTests.testkit.ts goes away. */
import { rmSync } from "node:fs";
import { RUN_FOLDER_VARIABLE } from "./startTests.testkit.ts";

export default function stopTests(): void {
  const folder = process.env[RUN_FOLDER_VARIABLE];
  // A process that a test left may still write there.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
