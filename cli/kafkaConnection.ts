/** How Kafka is reached, as the settings of a project say. */
import type { KafkaLogOptions } from "../runtime/topics/index.ts";
import { readCertificates } from "./certificates.ts";
import type { StorageConfig } from "./config.ts";
import { UserError } from "./errors.ts";

export type KafkaConnection = Pick<KafkaLogOptions, "brokers" | "ssl" | "sasl" | "replicas">;

/**
 * @param root Of the project: paths of files begin there.
 * @param place "logStorage.production"
 * @throws UserError
 */
export function readKafkaConnection(
  { brokers = [], ssl, sasl, replicas }: StorageConfig,
  root: string,
  place: string,
): KafkaConnection {
  const named = brokers.filter((broker) => broker !== "");
  if (named.length === 0) {
    throw new UserError(
      `${place} has no brokers`,
      'give some of the servers of Kafka, as in brokers: "kafka1:9092, kafka2:9092"',
    );
  }
  return {
    brokers: named,
    replicas,
    ssl: typeof ssl === "object" ? readCertificates(ssl, root, `${place}.ssl`) : (ssl ?? false),
    sasl: sasl === undefined ? undefined : { ...sasl, password: passwordOf(sasl, place) },
  };
}

function passwordOf({ password }: NonNullable<StorageConfig["sasl"]>, place: string): string {
  if (password !== undefined && password !== "") return password;
  throw new UserError(
    `${place}.sasl has no password`,
    "set the environment variable SPACER_KAFKA_PASSWORD",
  );
}
