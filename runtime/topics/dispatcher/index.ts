/**
 * Runs the triggers of a project: takes part in a consumer group, and calls functions with the events of the partitions it
 * gets. Each event at least once; those of a key in order; of many keys at the same time.
 */
import type { Lease, Membership } from "../groups.ts";
import type { LogStorage } from "../storage.ts";
import { TopicDispatcher } from "./topicDispatcher.ts";
import type { DispatchEvent, Handle, Trigger } from "./trigger.ts";
import { Breather, Turn } from "./turns.ts";

export {
  DEFAULT_TRIGGER,
  type Backoff,
  type CallReport,
  type DispatchEvent,
  type Handle,
  type HandlerCall,
  type HandlerOutcome,
  type Trigger,
  type TriggerHandler,
} from "./trigger.ts";

export interface DispatcherOptions {
  readonly log: LogStorage;
  readonly group: string;
  /** What this process is called, for people. */
  readonly member: string;
  readonly triggers: readonly Trigger[];
  readonly handle: Handle;
  readonly onEvent: (event: DispatchEvent) => void;
  /** From 0 to 1; for tests. */
  readonly random?: () => number;
  /** Failures are always those of events, never of a world that is at fault: for tests of functions. */
  readonly neverPauses?: boolean;
}

export interface Dispatcher {
  /** What was missing or broken may be mended: pauses end now. */
  retryNow(): void;
  /** Begins nothing more, waits for what is in progress, and leaves the group. */
  stop(): Promise<void>;
}

/** @throws LogError */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { log, group, member, triggers, handle, onEvent, random = Math.random } = options;
  const { neverPauses = false } = options;
  const shared = {
    handle,
    onEvent,
    random,
    neverPauses,
    careful: new Turn(),
    breather: new Breather(),
  };
  const topics = new Map(
    triggers.map((trigger) => [trigger.topic, new TopicDispatcher({ trigger, ...shared })]),
  );
  const remove = async (lease: Lease): Promise<void> => {
    await topics.get(lease.topic)?.remove(lease);
  };
  const membership: Membership = await log.groups.join({
    group,
    member,
    topics: new Map(triggers.map(({ topic, from }) => [topic, from])),
    onLease: (lease) => topics.get(lease.topic)?.add(lease),
    onRevoke: remove,
    onLost: (lease) => void remove(lease),
    onProblem: (error) => {
      onEvent({ type: "problem", error });
    },
  });
  return {
    retryNow: () => {
      for (const topic of topics.values()) topic.retryNow();
    },
    stop: async () => {
      await membership.leave();
      for (const topic of topics.values()) topic.stop();
    },
  };
}
