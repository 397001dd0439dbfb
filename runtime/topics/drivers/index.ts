/** What keeps a log: one entry for each driver. */
import { kafkaDriver, postgresDriver } from "./drivers.lazy.ts";
import type { KafkaLogOptions } from "./kafka/kafkaLog.ts";
import type { PostgresLogOptions } from "./postgres/postgresLog.ts";
import type { TemporarySchema } from "./postgres/temporarySchema.ts";

export { MemoryLog } from "./memory/memoryLog.ts";
export type { KafkaLogOptions, PostgresLogOptions, TemporarySchema };

type Postgres = ReturnType<typeof postgresDriver>;
type Kafka = ReturnType<typeof kafkaDriver>;

export const openKafkaLog: Kafka["openKafkaLog"] = (options) => kafkaDriver().openKafkaLog(options);

export const openPostgresLog: Postgres["openPostgresLog"] = (options) =>
  postgresDriver().openPostgresLog(options);

export const createTemporarySchema: Postgres["createTemporarySchema"] = (...options) =>
  postgresDriver().createTemporarySchema(...options);
