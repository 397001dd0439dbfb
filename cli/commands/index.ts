/** All commands, in the order in which help lists them. */
import type { Command, ParentCommand } from "../command.ts";
import { checkCommand } from "./check.ts";
import { devCommand } from "./dev.ts";
import { dlqCommand } from "./dlq/index.ts";
import { groupsCommand } from "./groups/index.ts";
import { initCommand } from "./init.ts";
import { inspectCommand } from "./inspect.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { startCommand } from "./start.ts";
import { testCommand } from "./test.ts";
import { topicsCommand } from "./topics/index.ts";
import { versionCommand } from "./version.ts";

export const commands: readonly (Command | ParentCommand)[] = [
  initCommand,
  devCommand,
  startCommand,
  testCommand,
  checkCommand,
  runCommand,
  topicsCommand,
  groupsCommand,
  dlqCommand,
  replayCommand,
  inspectCommand,
  versionCommand,
];
