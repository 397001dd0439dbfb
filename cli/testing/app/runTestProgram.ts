/**
 * Runs a test file as a program of its project, in an environment of its own: with a log that begins empty, a clock and
 * randomness that it may take over, and the project's gateway at hand (the module `spacer.test`).
 */
import { writeFileSync } from "node:fs";
import {
  provideHttpSettings,
  provideSharedDicts,
  runningInvocation,
  type LuaState,
} from "../../../runtime/index.ts";
import type { Host } from "../../../runtime/host.ts";
import { DictSet } from "../../../runtime/sharedDicts/index.ts";
import { provideTestApp, TestClock, TestRandom } from "../../../runtime/testing/index.ts";
import { fromBytes } from "../../bytes.ts";
import type { CommandContext } from "../../command.ts";
import { readConfig, type ProjectConfig } from "../../config.ts";
import { httpSettingsOf } from "../../httpConfig.ts";
import { limitsOf } from "../../limits.ts";
import { runProgram } from "../../program.ts";
import { serverProcess } from "../../project.ts";
import { ProjectDatabase } from "../../projectDatabase.ts";
import { openProgramState } from "../../projectProgram.ts";
import type { RunningProgram } from "../../runInProject.ts";
import { LOADED_VARIABLE } from "../testVariables.ts";
import { TestGateway } from "./testGateway.ts";
import { ProjectTestTopics } from "./testTopics.ts";

/** @returns The exit code. @throws UserError when the settings are wrong */
export async function runTestProgram(root: string, running: RunningProgram): Promise<number> {
  const { program, context, luaConsole, hasDebugAccess } = running;
  const config = readConfig(root, context.env);
  const environment = context.env["SPACER_ENV"] ?? "test";
  const surroundings: Surroundings = { files: new Set(), clock: undefined, random: undefined };
  const topics = new ProjectTestTopics({
    root,
    config,
    environment,
    now: () => surroundings.clock?.nowMs() ?? Date.now(),
    onNotice: (message) => {
      context.stderr.write(`spacer: ${message}\n`);
    },
    state: () => state,
  });
  const { env } = context;
  const database = new ProjectDatabase({ root, config, environment, env });
  const state: LuaState = openProgramState(root, context, {
    log: config.topics.length === 0 ? undefined : topics,
    database,
    adapt: (host) => {
      const adapted = adaptHost(host, { config, env }, surroundings);
      return luaConsole === undefined ? adapted : luaConsole.adapt(adapted);
    },
    hasDebugAccess,
  });
  const { clock, random } = surroundings;
  if (clock === undefined || random === undefined) throw new Error("the state has no host");
  const sharedDicts = new DictSet(() => clock.nowMs());
  provideSharedDicts(state, sharedDicts.configure(config.sharedDicts));
  provideHttpSettings(state, httpSettingsOf(config));
  const mode = environment === "production" ? "production" : "development";
  const gateway = new TestGateway({
    project: { root, mode, config, state, publishedRoot: root },
    context,
    nowMs: () => clock.nowMs(),
    onRequest: () => undefined,
  });
  provideTestApp(state, {
    clock,
    random,
    limits: limitsOf(config),
    topics,
    send: (request) => gateway.send(request),
  });
  try {
    return await runProgram(state, program);
  } finally {
    writeLoaded(context.env[LOADED_VARIABLE], surroundings.files);
    clock.close();
    await gateway.close();
    await topics.close();
    await database.close();
  }
}

/** Tells whoever started the test which files it depends on. */
function writeLoaded(path: string | undefined, files: ReadonlySet<string>): void {
  if (path === undefined || path === "") return;
  try {
    writeFileSync(path, JSON.stringify([...files].map(fromBytes)));
  } catch {
    // Who started it is gone, and its folder too.
  }
}

interface Surroundings {
  /** Paths of files that were read or looked for, in bytes, as the program spelled them. */
  readonly files: Set<string>;
  clock: TestClock | undefined;
  random: TestRandom | undefined;
}

/** Functions see of the process what they see of it in a server; the test itself is a program like any other. */
function adaptHost(
  host: Host,
  { config, env }: { readonly config: ProjectConfig; readonly env: CommandContext["env"] },
  surroundings: Surroundings,
): Host {
  const clock = new TestClock(host.clock);
  const random = new TestRandom((sizeBytes) => host.randomBytes(sizeBytes));
  Object.assign(surroundings, { clock, random });
  const server = serverProcess(host, config, env);
  const isFunction = (): boolean => runningInvocation() !== undefined;
  return {
    ...host,
    clock,
    randomBytes: (sizeBytes) => random.bytes(sizeBytes),
    files: notingFiles(host.files, surroundings.files),
    process: {
      ...host.process,
      hideSecrets: (text) => server.hideSecrets(text),
      environmentVariable: (name) =>
        (isFunction() ? server : host.process).environmentVariable(name),
      exit: (code, isClosing) =>
        isFunction() ? server.exit(code, isClosing) : host.process.exit(code, isClosing),
    },
  };
}

function notingFiles(files: Host["files"], noted: Set<string>): Host["files"] {
  const note = <Rest extends unknown[], Result>(use: (path: string, ...rest: Rest) => Result) => {
    return (path: string, ...rest: Rest): Result => {
      noted.add(path);
      return use(path, ...rest);
    };
  };
  return {
    ...files,
    read: note((path) => files.read(path)),
    exists: note((path) => files.exists(path)),
    open: note((path, mode: string) => files.open(path, mode)),
  };
}
