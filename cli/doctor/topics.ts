/** Where the topics of the project are kept. */
import { connect } from "node:net";
import { projectStorage } from "../projectLog.ts";
import { askPostgres, findingsAbout } from "./askPostgres.ts";
import { ok, problem, type Check, type Finding, type ProjectPatient } from "./check.ts";

const PATIENCE_MS = 5000;
const KAFKA_PORT = 9092;

export const topicsCheck: Check<ProjectPatient> = {
  name: "topics",
  run: async (patient) => {
    const { config, environment } = patient;
    if (config.topics.length === 0) return [];
    const storage = projectStorage(patient);
    switch (storage.driver) {
      case "memory":
        return [ok("in the memory of the process, as long as it lives")];
      case "kafka":
        return await askKafka(patient, storage.connection.brokers);
      case "postgres":
        // That of the project's own has a check of its own.
        if (storage.connString === undefined) return [];
        return await askServer(patient, storage.connString, `logStorage.${environment}.connString`);
    }
  },
};

async function askServer(
  { config, machine }: ProjectPatient,
  connectionString: string,
  place: string,
): Promise<readonly Finding[]> {
  const schema = `spacer_${config.appName}`;
  const answer = await askPostgres({ connectionString }, place, schema, machine.nowMs);
  const { version, isReadOnly, hasSchema, mayCreateSchemas } = answer;
  const findings = findingsAbout(answer);
  if (isReadOnly) {
    findings.push(
      problem(
        `${place}: PostgreSQL ${version} takes no changes there`,
        "name the server that others follow, not one that follows",
      ),
    );
  } else if (!hasSchema && !mayCreateSchemas) {
    findings.push(
      problem(
        `${place}: the user may not make the schema ${schema}`,
        "as the owner of the database: GRANT CREATE ON DATABASE ... TO ...",
      ),
    );
  }
  if (findings.length > 0) return findings;
  const schemaText = hasSchema ? `schema ${schema}` : `without the schema ${schema} yet`;
  return [ok(`in PostgreSQL ${version}, ${schemaText}`)];
}

/** Whether its servers can be reached; what they say needs kafkajs. */
async function askKafka(
  { machine, environment }: ProjectPatient,
  brokers: readonly string[],
): Promise<readonly Finding[]> {
  if (machine.packageVersion("kafkajs") === undefined) {
    return [
      problem(
        `logStorage.${environment} is Kafka, and kafkajs is not installed`,
        `npm install kafkajs@${machine.manifest.optionalDependencies["kafkajs"] ?? ""}`,
      ),
    ];
  }
  const reached = await Promise.all(
    brokers.map(async (broker) => ({ broker, failure: await failureToReach(broker) })),
  );
  const failed = reached.filter(({ failure }) => failure !== undefined);
  const findings = failed.map(({ broker, failure = "" }): Finding => ({
    // One is enough: it tells the others.
    level: failed.length === brokers.length ? "problem" : "warning",
    message: `logStorage.${environment}.brokers: ${broker} can't be reached: ${failure}`,
    hint: "start Kafka, or mend the names of its servers",
  }));
  return findings.length > 0 ? findings : [ok(`in Kafka, at ${brokers.join(", ")}`)];
}

function failureToReach(broker: string): Promise<string | undefined> {
  const [, host = broker, port = KAFKA_PORT] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: PATIENCE_MS });
    const end = (failure?: string): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end("it does not answer"));
    socket.once("error", (error) => end(error.message));
  });
}
