/** How Kafka is reached, as the settings of a project say. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { KafkaLogOptions } from "../runtime/topics/index.ts";
import type { StorageConfig } from "./config.ts";
import { systemErrorText, UserError } from "./errors.ts";

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

function readCertificates(
  files: Exclude<StorageConfig["ssl"], boolean | undefined>,
  root: string,
  place: string,
) {
  const certificates: Partial<Record<keyof typeof files, string>> = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = files[name];
    if (path === undefined) continue;
    try {
      certificates[name] = readFileSync(resolve(root, path), "utf8");
    } catch (error) {
      throw new UserError(`${place}.${name}: can't read ${path}: ${systemErrorText(error)}`);
    }
  }
  return certificates;
}

function passwordOf({ password }: NonNullable<StorageConfig["sasl"]>, place: string): string {
  if (password !== undefined && password !== "") return password;
  throw new UserError(
    `${place}.sasl has no password`,
    "set the environment variable SPACER_KAFKA_PASSWORD",
  );
}
