/** The door to the event log. */
export {
  DEFAULT_TRIGGER,
  startDispatcher,
  type Backoff,
  type CallReport,
  type Dispatcher,
  type DispatcherOptions,
  type DispatchEvent,
  type Handle,
  type HandlerCall,
  type HandlerOutcome,
  type Trigger,
  type TriggerHandler,
} from "./dispatcher/index.ts";
export {
  createTemporarySchema,
  MemoryLog,
  openKafkaLog,
  openPostgresLog,
  type KafkaLogOptions,
  type PostgresLogOptions,
  type TemporarySchema,
} from "./drivers/index.ts";
export {
  StaleLease,
  type DeadLetter,
  type DeadLetterFilter,
  type FailedAttempt,
  type Fence,
  type GroupDescription,
  type GroupPartition,
  type GroupStorage,
  type GroupSummary,
  type Handled,
  type HandlingRecord,
  type Lease,
  type Membership,
  type RecordedAppend,
  type RecordFilter,
  type StartPosition,
} from "./groups.ts";
export { setOrigin, type AppendOrigin } from "./origin.ts";
export { murmur2, partitionOf } from "./partition.ts";
export { provideLog } from "./provided.ts";
export { replay, type ReplayOptions } from "./replay.ts";
export {
  checkTopic,
  DEFAULT_PARTITIONS,
  LogError,
  LogRefusal,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type PartitionInfo,
  type ReadOptions,
  type StoredEvent,
  type TopicInfo,
  type TopicSettings,
} from "./storage.ts";
