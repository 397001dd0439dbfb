/** All commands, in the order in which help lists them. */
import type { Command } from "../command.ts";
import { devCommand } from "./dev.ts";
import { initCommand } from "./init.ts";
import { inspectCommand } from "./inspect.ts";
import { runCommand } from "./run.ts";
import { startCommand } from "./start.ts";
import { testCommand } from "./test.ts";
import { versionCommand } from "./version.ts";

export const commands: readonly Command[] = [
  initCommand,
  devCommand,
  startCommand,
  testCommand,
  runCommand,
  inspectCommand,
  versionCommand,
];
