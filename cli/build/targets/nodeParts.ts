/** Which parts of a server a project can do without, as its settings and its functions tell. */
import type { AbsentPart } from "../lazyParts.ts";
import type { TargetProject } from "../target.ts";

type Used = Pick<TargetProject, "config" | "program">;

/** By the function that gives each (cli/server.lazy.ts and others). */
export function absentParts({ config, program }: Used): ReadonlyMap<string, AbsentPart> {
  const { topics, schedules, gateway } = config;
  const hasTopics = topics.length > 0;
  const drivers = [...config.logStorage.values()].map(({ driver }) => driver);
  // Without settings for the environment it is PostgreSQL, and variables may say where that is.
  const hasPostgres = hasTopics && (drivers.length === 0 || drivers.includes("postgres"));
  const rows: readonly (readonly [isUsed: boolean, part: AbsentPart, ...getters: string[]])[] = [
    [hasTopics, unused("topics"), "theProjectLog", "theTopicServices"],
    [hasTopics && drivers.includes("kafka"), unused("topics in Kafka"), "kafkaDriver"],
    [hasPostgres, unused("topics in PostgreSQL"), "postgresDriver"],
    [schedules.length > 0, unused("schedules"), "theCron"],
    [program.libraries.modules.includes("db"), unused("the module 'db'"), "theProjectDatabase"],
    [gateway.static.length > 0, unused("published folders"), "staticFiles"],
    [false, NO_OWN_POSTGRES, "theEmbeddedPostgres", "theOwnDatabase"],
    [false, unused("a terminal"), "theTerminal"],
    [false, unused("a debugger"), "theTreePrinter", "theSourceMap"],
  ];
  return new Map(
    rows.flatMap(([isUsed, part, ...getters]) =>
      isUsed ? [] : getters.map((getter) => [getter, part] as const),
    ),
  );
}

function unused(what: string): AbsentPart {
  return {
    message: `this bundle was built without ${what}, which its project did not use`,
    hint: "change config/application.yml rather than environment variables, and build it again",
  };
}

const NO_OWN_POSTGRES: AbsentPart = {
  message: "what is built brings no PostgreSQL along",
  hint: "say where it is: logStorage.NAME.connString for topics, database.NAME for functions, NAME being the environment",
};
