/** A lease in the hands of a test: it delivers what the test says, and remembers what it was told. */
import type {
  Delivery,
  FailedAttempt,
  GroupStorage,
  JoinOptions,
  Lease,
  Settlement,
} from "../groups.ts";
import type { LogStorage, StoredEvent } from "../storage.ts";

export class TestLease implements Lease {
  readonly topic: string;
  readonly partition = 0;
  readonly fence = undefined;
  isHeld = true;
  /** What was asked for, and not yet answered. */
  asked: number | undefined = undefined;
  /** "begin 3 f #1", "fail 3 f #1", "settle 3", "bury 3 f #5", in the order in which they were told. */
  readonly told: string[] = [];
  /** `begin` is stored when this says so. */
  stored: Promise<void> = Promise.resolve();
  private answer: (deliveries: readonly Delivery[]) => void = () => undefined;

  constructor(topic: string) {
    this.topic = topic;
  }

  next(limit: number): Promise<readonly Delivery[]> {
    this.asked = limit;
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  /** Answers what was asked for; none end it. */
  deliver(...deliveries: readonly Delivery[]): void {
    this.asked = undefined;
    this.answer(deliveries);
  }

  begin(delivery: Delivery, attempt: number, handler: string): Promise<void> {
    this.tell("begin", delivery, `${handler} #${String(attempt)}`);
    return this.stored;
  }

  settle(delivery: Delivery, { failure }: Settlement): void {
    if (failure === undefined) this.tell("settle", delivery);
    else this.tell("bury", delivery, `${failure.handler} #${String(failure.attempts)}`);
  }

  fail(delivery: Delivery, { handler, attempts }: FailedAttempt): void {
    this.tell("fail", delivery, `${handler} #${String(attempts)}`);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  private tell(what: string, { event }: Delivery, more?: string): void {
    this.told.push([what, event.offset, more].filter((part) => part !== undefined).join(" "));
  }
}

export function eventAt(offset: number, event: Partial<StoredEvent> = {}): StoredEvent {
  const key = `k${String(offset)}`;
  return {
    topic: "single",
    partition: 0,
    offset,
    key,
    value: "1",
    headers: {},
    timestampMs: 0,
    ...event,
  };
}

export function deliveryOf(event: StoredEvent, delivery: Partial<Delivery> = {}): Delivery {
  return {
    event,
    attempts: 0,
    handler: undefined,
    isSuspect: false,
    deadLetter: undefined,
    ...delivery,
  };
}

/** A log that has nothing but groups, of which one member gives leases out as the test says. */
export class TestGroups {
  private options: JoinOptions | undefined = undefined;
  private readonly leases = new Set<Lease>();

  get log(): LogStorage {
    const groups: Pick<GroupStorage, "join"> = {
      join: (options) => {
        this.options = options;
        return Promise.resolve({ leave: () => this.leave() });
      },
    };
    return { groups } as unknown as LogStorage;
  }

  give(lease: Lease): void {
    this.leases.add(lease);
    this.options?.onLease(lease);
  }

  /** It is somebody else's. */
  lose(lease: TestLease): void {
    lease.isHeld = false;
    this.leases.delete(lease);
    this.options?.onLost(lease);
  }

  /** Resolves when nothing of it runs any more. */
  async revoke(lease: Lease): Promise<void> {
    this.leases.delete(lease);
    await this.options?.onRevoke(lease);
  }

  private async leave(): Promise<void> {
    await Promise.all([...this.leases].map((lease) => this.revoke(lease)));
  }
}
