/** All commands, in the order in which help lists them. Each is loaded when it is asked for. */
import type { Command, ParentCommand } from "../command.ts";
import * as parts from "./commands.lazy.ts";

const loaders: Readonly<Record<string, () => Command | ParentCommand>> = {
  init: () => parts.initPart().initCommand,
  dev: () => parts.devPart().devCommand,
  start: () => parts.startPart().startCommand,
  build: () => parts.buildPart().buildCommand,
  test: () => parts.testPart().testCommand,
  check: () => parts.checkPart().checkCommand,
  run: () => parts.runPart().runCommand,
  topics: () => parts.topicsPart().topicsCommand,
  groups: () => parts.groupsPart().groupsCommand,
  dlq: () => parts.dlqPart().dlqCommand,
  replay: () => parts.replayPart().replayCommand,
  analyze: () => parts.analyzePart().analyzeCommand,
  inspect: () => parts.inspectPart().inspectCommand,
  cache: () => parts.cachePart().cacheCommand,
  version: () => parts.versionPart().versionCommand,
};

export const commandNames: readonly string[] = Object.keys(loaders);

/** @param name Its first word; `undefined` when there is none of that name. */
export function loadCommand(name: string): Command | ParentCommand | undefined {
  return Object.hasOwn(loaders, name) ? loaders[name]?.() : undefined;
}

export function loadAllCommands(): (Command | ParentCommand)[] {
  return Object.values(loaders).map((load) => load());
}
