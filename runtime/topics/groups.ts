/**
 * Consumer groups, as the rest of spacer sees them.
 *
 * - A *group* handles the events of topics, each at least once. What it has handled is kept with the log.
 * - A *member* is a process that takes part. Each partition is *leased* to one member at a time; who gets it next
 *   gets a higher *epoch*, and whatever is told under an epoch before is refused.
 * - A *delivery* is an event handed to a member, which *settles* it (it was handled, or became a *dead letter*)
 *   or says that it failed and is to be tried again.
 * - The *committed* offset of a partition is the first one that is not settled; those settled above it are kept, too.
 */
import type { NewEvent, StoredEvent } from "./storage.ts";

/** Where a group begins that never handled the topic before. */
export type StartPosition = "earliest" | "latest";

export interface GroupStorage {
  /**
   * Takes part in a group, from now on. Leases come when there is something to lease.
   *
   * @throws LogError
   */
  join(options: JoinOptions): Promise<Membership>;
  /** All groups there are or were. */
  list(): Promise<readonly GroupSummary[]>;
  /** `undefined` for a group that nobody ever joined. */
  describe(group: string): Promise<GroupDescription | undefined>;
  /**
   * Says where a group goes on: what is settled there or above is forgotten, with its dead letters. Members that handle
   * such partitions lose them, and go on with the new offsets.
   *
   * @param offsets By partition; others stay as they are. What lies beyond the end means the end.
   * @throws LogError "there is no group 'x'"
   */
  reset(group: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void>;
  /** The oldest first. @throws LogError */
  deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  /**
   * Delivers dead letters again, to the member that has their partition; the function that failed goes first. They are
   * dead letters until they are settled.
   *
   * @returns How many.
   */
  redrive(ids: readonly string[]): Promise<number>;
  /** Forgets dead letters. @returns How many. */
  drop(ids: readonly string[]): Promise<number>;
  /**
   * What functions did with events when they were handled, by offset; those that returned and appended nothing are left
   * out.
   *
   * @throws LogError when the log does not keep it
   */
  records(filter: RecordFilter): Promise<readonly HandlingRecord[]>;
}

export interface JoinOptions {
  readonly group: string;
  readonly topics: ReadonlyMap<string, StartPosition>;
  /** For people: "host 4711". */
  readonly member: string;
  /** A partition is this member's. */
  readonly onLease: (lease: Lease) => void;
  /**
   * A partition is to go to another member: resolves when nothing of it runs any more. If that takes long it
   * is taken all the same.
   */
  readonly onRevoke: (lease: Lease) => Promise<void>;
  /** A partition is another member's, or may be: `lease.isHeld` is false. Not when it was given back in time. */
  readonly onLost: (lease: Lease) => void;
  /** The log can't be reached, or again; goes on by itself. `undefined` when all is well again. */
  readonly onProblem: (error: Error | undefined) => void;
}

export interface Membership {
  /** Gives back all leases, each as when it is revoked but with more time, and leaves the group. */
  leave(): Promise<void>;
}

/** Says on whose behalf events are appended: nothing is stored once the lease is somebody else's. */
export interface Fence {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
}

export interface Lease {
  readonly topic: string;
  readonly partition: number;
  /** `undefined` for a log that can't check it. */
  readonly fence: Fence | undefined;
  /** Whether it is this member's for all that is known. Events must not be begun when it is not. */
  readonly isHeld: boolean;
  /**
   * The next deliveries, in the order of their offsets, but redriven ones at any time. Waits until there are
   * some. None when the lease has ended. Each call takes up where the one before ended.
   *
   * @param limit At most so many.
   */
  next(limit: number): Promise<readonly Delivery[]>;
  /**
   * Resolves when it is stored that a function is tried, with the number of attempts that counts for whoever takes over
   * after the process has died.
   */
  begin(delivery: Delivery, attempts: number, handler: string): Promise<void>;
  /** Soon stored; with `flush` at once. */
  settle(delivery: Delivery, settlement: Settlement): void;
  /** It failed and is to be tried again: soon stored, so that another member goes on counting. */
  fail(delivery: Delivery, failure: FailedAttempt): void;
  /** Resolves once all that was told is stored. Rejects when the lease was lost. */
  flush(): Promise<void>;
}

export interface Delivery {
  readonly event: StoredEvent;
  /** How often the function that is next was tried before. */
  readonly attempts: number;
  /** The function to go on with: those before it are done. `undefined`: the first. */
  readonly handler: string | undefined;
  /**
   * Whether a process may have died of it: it was fetched, and perhaps being handled, when its member went without a
   * word. Then `begin` comes first; with a `handler`, which says that it was noted like that before, one at a time.
   */
  readonly isSuspect: boolean;
  /** The dead letter that it is. */
  readonly deadLetter: string | undefined;
}

export interface FailedAttempt {
  /** The function that failed. */
  readonly handler: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly error: string;
  /** Of Lua; `undefined` when there is none. */
  readonly traceback: string | undefined;
}

export interface Settlement {
  /** What its functions did, as far as there is something to tell. */
  readonly records: readonly Handled[];
  /** Why it becomes a dead letter; `undefined` when it was handled. */
  readonly failure: FailedAttempt | undefined;
}

/** What one function did with one event. */
export interface Handled {
  readonly handler: string;
  /** JSON text; `undefined` when it returned nothing, or nothing that JSON can say. */
  readonly result: string | undefined;
  readonly appends: readonly RecordedAppend[];
}

export interface RecordedAppend {
  readonly topic: string;
  readonly events: readonly NewEvent[];
}

export interface RecordFilter {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Offsets: from this one */
  readonly from: number;
  /** up to before this one. */
  readonly to: number;
  /** All functions when left out. */
  readonly handler?: string | undefined;
}

export interface HandlingRecord extends Handled {
  readonly offset: number;
}

export interface GroupSummary {
  readonly name: string;
  /** How many take part now. */
  readonly members: number;
  readonly topics: readonly string[];
  /** Events that are not settled, over all its topics. */
  readonly lag: number;
  readonly deadLetters: number;
}

export interface GroupDescription {
  readonly name: string;
  readonly members: readonly string[];
  /** By topic, then by number. */
  readonly partitions: readonly GroupPartition[];
}

export interface GroupPartition {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number;
  /** Of the topic: the offset of the next event that is stored. */
  readonly end: number;
  /** Events that are not settled. */
  readonly lag: number;
  /** Whose it is. */
  readonly member: string | undefined;
}

export interface DeadLetterFilter {
  readonly group: string;
  readonly topic?: string | undefined;
  readonly key?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly limit: number;
}

export interface DeadLetter extends FailedAttempt {
  /** Names it within the log. */
  readonly id: string;
  readonly group: string;
  readonly event: StoredEvent;
  /** When it became one, in milliseconds since 1970. */
  readonly timestampMs: number;
  /** Whether it is to be delivered again. */
  readonly isRedriven: boolean;
}

/** Soon refuses: what a lease that is no longer held is told, or an append on behalf of it. */
export class StaleLease extends Error {
  constructor() {
    super("another process has taken over this partition");
    this.name = "StaleLease";
  }
}
