/** kafkajs' errors, as far as they tell what to do. */
import { KafkaError, type KafkaErrorKind } from "../client.ts";

/** By name of the error in Kafka's protocol, as kafkajs knows it. */
const KINDS: Readonly<Partial<Record<string, KafkaErrorKind>>> = {
  OFFSET_OUT_OF_RANGE: "outOfRange",
  MESSAGE_TOO_LARGE: "tooLarge",
  RECORD_LIST_TOO_LARGE: "tooLarge",
  UNKNOWN_TOPIC_OR_PARTITION: "unknownTopic",
  TOPIC_ALREADY_EXISTS: "exists",
  DUPLICATE_SEQUENCE_NUMBER: "exists",
  REBALANCE_IN_PROGRESS: "rebalance",
  ILLEGAL_GENERATION: "stale",
  UNKNOWN_MEMBER_ID: "stale",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "sequence",
  UNKNOWN_PRODUCER_ID: "sequence",
  INVALID_PRODUCER_EPOCH: "sequence",
  INVALID_REQUEST: "invalid",
  UNSUPPORTED_VERSION: "unsupported",
  TOPIC_AUTHORIZATION_FAILED: "denied",
  GROUP_AUTHORIZATION_FAILED: "denied",
  CLUSTER_AUTHORIZATION_FAILED: "denied",
  POLICY_VIOLATION: "denied",
  // Not marked as such by kafkajs.
  BROKER_NOT_AVAILABLE: "again",
};

const KINDS_BY_NAME: Readonly<Partial<Record<string, KafkaErrorKind>>> = {
  KafkaJSServerDoesNotSupportApiKey: "unsupported",
  KafkaJSSASLAuthenticationError: "denied",
  KafkaJSNotImplemented: "unsupported",
  KafkaJSTimeout: "again",
  KafkaJSLockTimeout: "again",
};

interface KafkajsError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

export function toKafkaError(thrown: unknown): KafkaError {
  if (thrown instanceof KafkaError) return thrown;
  const error = innermost(thrown);
  if (!(error instanceof Error)) return new KafkaError("other", String(error));
  const { type, name, retriable, message } = error as KafkajsError;
  const kind =
    (type === undefined ? undefined : KINDS[type]) ??
    KINDS_BY_NAME[name] ??
    (retriable === true ? "again" : "other");
  return new KafkaError(kind, message);
}

export function isTimeout(thrown: unknown): boolean {
  return (
    innermost(thrown) instanceof Error && (thrown as Error).name === "KafkaJSRequestTimeoutError"
  );
}

/** Of an error that only says how often something was tried, or that several things failed. */
function innermost(thrown: unknown): unknown {
  const { name, cause, errors } = (thrown ?? {}) as Partial<KafkajsError>;
  if (name === "KafkaJSNumberOfRetriesExceeded" && cause !== undefined) return innermost(cause);
  if (errors?.[0] !== undefined) return innermost(errors[0]);
  return thrown;
}
