/** The door to the event log. */
export { MemoryLog, openPostgresLog, type PostgresLogOptions } from "./drivers/index.ts";
export { murmur2, partitionOf } from "./partition.ts";
export { provideLog } from "./provided.ts";
export {
  DEFAULT_PARTITIONS,
  LogError,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type ReadOptions,
  type StoredEvent,
  type TopicInfo,
  type TopicSettings,
} from "./storage.ts";
