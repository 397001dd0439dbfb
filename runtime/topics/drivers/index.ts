/** What keeps a log: one entry for each driver. */
export { openKafkaLog, type KafkaLogOptions } from "./kafka/kafkaLog.ts";
export { MemoryLog } from "./memory/memoryLog.ts";
export { openPostgresLog, type PostgresLogOptions } from "./postgres/postgresLog.ts";
export { createTemporarySchema, type TemporarySchema } from "./postgres/temporarySchema.ts";
