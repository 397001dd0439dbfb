/** The modules of single functions, for the targets that have one for each. */
import { fromBytes } from "../../bytes.ts";
import { DEFAULT_LIMITS } from "../../../runtime/triggers/index.ts";
import type { ProjectConfig } from "../../config.ts";
import { httpSettingsOf } from "../../httpConfig.ts";
import { UserError } from "../../errors.ts";
import { GATEWAY_FILE } from "../../projectRoot.ts";
import { PROJECT_DIALECT } from "../../searchPath.ts";
import { partOfProgram, type Program } from "../program.ts";
import type { EntryOptions, OutputFile, TargetProject } from "../target.ts";
import { HANDLER_TYPES } from "./handlerTypes.ts";

/** A function that is called from outside. */
interface NamedFunction {
  /** With `/`: "users/get". */
  readonly name: string;
  /** Of its file. */
  readonly path: string;
}

const APP = "app/";

/**
 * The functions that routes, events and other functions name, and the files of `app/` that no other file uses, such as private
 * functions and those that were included; by name.
 *
 * @throws UserError when there is none
 */
function functionsOf({ reached, config }: Pick<TargetProject, "reached" | "config">) {
  const paths = new Set(reached.files.map(({ path }) => path));
  const named = new Set<string>();
  const used = new Set(reached.files.flatMap(({ uses }) => [...uses]));
  for (const { path, use } of reached.files) {
    for (const { name } of [...use.routes, ...use.functions]) named.add(fromBytes(name));
    const isRoot = path.startsWith(APP) && path !== GATEWAY_FILE && !used.has(path);
    if (isRoot) named.add(path.slice(APP.length, -".lua".length));
  }
  for (const { APPEND: handlers } of config.events.values()) {
    for (const { run } of handlers) named.add(run);
  }
  const functions: NamedFunction[] = [...named]
    .map((name) => name.replace(/^\/+/, "").replaceAll(".", "/"))
    .filter((name, place, all) => all.indexOf(name) === place && paths.has(`${APP}${name}.lua`))
    .sort()
    .map((name) => ({ name, path: `${APP}${name}.lua` }));
  if (functions.length > 0) return functions;
  throw new UserError(
    `there is no function to build: nothing in ${GATEWAY_FILE} leads to one`,
    `add a row such as {"GET", "/hello", "hello"}`,
  );
}

/** What makes handlers: a file of cli/bundled, and what it exports. */
interface HandlerMaker {
  readonly file: string;
  readonly create: string;
}

/**
 * The files of all functions.
 *
 * @param optionsFor How the module of a function is built.
 */
export async function makeHandlers(
  project: TargetProject,
  maker: HandlerMaker,
  optionsFor: (program: Program) => Omit<EntryOptions, "entry">,
): Promise<readonly OutputFile[]> {
  const made = functionsOf(project).map((called) =>
    handlerFiles(project, called, (program) => ({
      entry: handlerEntry(project, called, program, maker),
      ...optionsFor(program),
    })),
  );
  return (await Promise.all(made)).flat();
}

/** The text that the module of a function begins with. */
function handlerEntry(
  { config }: TargetProject,
  { name }: NamedFunction,
  program: Program,
  maker: HandlerMaker,
): string {
  return [
    `import { ${maker.create} } from "spacer:cli/bundled/${maker.file}";`,
    'import { runtime } from "spacer:program";',
    preparation(config, program),
    `const settings = ${JSON.stringify(handlerSettings(config, name))};`,
    `export const handler = ${maker.create}(runtime, settings, prepare);`,
  ].join("\n");
}

/** The files of a function: its module, and the types of what that exports. */
async function handlerFiles(
  project: TargetProject,
  { name, path }: NamedFunction,
  optionsFor: (program: Program) => EntryOptions,
): Promise<readonly OutputFile[]> {
  const program = partOfProgram(project.reached, [path], PROJECT_DIALECT);
  const options = optionsFor(program);
  const bundle = await project.bundle(options, program);
  return [
    { path: `${name}.mjs`, contents: bundle.contents, bundle, program },
    { path: `${name}.d.mts`, contents: HANDLER_TYPES },
  ];
}

/** What a bundle is told of the project's settings. */
function handlerSettings({ envVar, gateway }: ProjectConfig, name: string) {
  return {
    name,
    readable: envVar,
    limits: {
      cpuMs: gateway.cpuLimit ?? DEFAULT_LIMITS.cpuMs,
      timeoutMs: gateway.timeout ?? DEFAULT_LIMITS.timeoutMs,
    },
  };
}

/** The statements of an entry that make what gives a state what it has besides, `prepare`; of settings that mean something in it. */
export function preparation(config: ProjectConfig, program: Program): string {
  const { sharedDicts } = config;
  const gifts = [
    ...(sharedDicts.size > 0 && program.libraries.globals.includes("ngx")
      ? [gift("sharedDicts", "sharedDictsOf", `new Map(${JSON.stringify([...sharedDicts])})`)]
      : []),
    ...(usesHttp(program)
      ? [gift("httpSettings", "httpSettings", JSON.stringify(httpSettingsOf(config)))]
      : []),
  ];
  const calls = gifts.map(({ call }) => call);
  return [
    ...gifts.map(({ importing }) => importing),
    calls.length === 0
      ? "const prepare = undefined;"
      : `const prepare = (state) => [${calls.join(", ")}].forEach((give) => give(state));`,
  ].join("\n");
}

/** Whether it has connections that the settings `http` are about. */
export function usesHttp({ libraries: { modules } }: Pick<Program, "libraries">): boolean {
  return ["http", "resty.http"].some((name) => modules.includes(name));
}

/** @param file Of cli/bundled, which exports the function that makes it from settings. */
function gift(file: string, make: string, settings: string) {
  return {
    importing: `import { ${make} } from "spacer:cli/bundled/${file}";`,
    call: `${make}(${settings})`,
  };
}
