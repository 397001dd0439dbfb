/** Members of groups for tests: they handle what they get as a test says, and remember what happened. */
import type {
  Delivery,
  FailedAttempt,
  JoinOptions,
  Lease,
  Membership,
  Settlement,
  StartPosition,
} from "../groups.ts";
import type { LogStorage } from "../storage.ts";

export const HANDLED: Settlement = { records: [], failure: undefined };

export interface TestMemberOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** "earliest" when left out. */
  readonly start?: StartPosition;
  readonly name?: string;
  /** Does something with each delivery. When left out nothing is done unless `take` is called. */
  readonly handle?: (delivery: Delivery, lease: Lease) => Promise<void> | void;
  /** What else is done before a lease is given back. */
  readonly onRevoke?: (lease: Lease) => Promise<void> | void;
  /** When left out there is to be none. */
  readonly onProblem?: JoinOptions["onProblem"];
}

/** Settles each event. */
export function settle(delivery: Delivery, lease: Lease): void {
  lease.settle(delivery, HANDLED);
}

export class TestMember {
  /** Those it has now, in the order in which they came. */
  readonly leases = new Set<Lease>();
  readonly lost: Lease[] = [];
  /** What it was given, in this order. */
  readonly deliveries: Delivery[] = [];
  private readonly options: TestMemberOptions;
  private readonly revoked = new Set<Lease>();
  private readonly working = new Map<Lease, Promise<void>>();
  private membership: Membership | undefined = undefined;

  constructor(options: TestMemberOptions) {
    this.options = options;
  }

  async join(log: LogStorage): Promise<this> {
    this.membership = await log.groups.join(this.joinOptions());
    return this;
  }

  async leave(): Promise<void> {
    await this.membership?.leave();
    this.membership = undefined;
  }

  /** The lease of a partition, once it has it. */
  async lease(topic: string, partition = 0): Promise<Lease> {
    const find = (): Lease | undefined =>
      [...this.leases].find((lease) => lease.topic === topic && lease.partition === partition);
    await until(() => find() !== undefined, `a lease of ${topic}/${String(partition)}`);
    return find() as Lease;
  }

  /** The next deliveries of a lease, exactly so many. */
  async take(lease: Lease, count: number): Promise<readonly Delivery[]> {
    const taken: Delivery[] = [];
    while (taken.length < count) {
      const some = await lease.next(count - taken.length);
      if (some.length === 0)
        throw new Error(`the lease ended after ${String(taken.length)} events`);
      taken.push(...some);
    }
    this.deliveries.push(...taken);
    return taken;
  }

  /** What the values of the deliveries of a topic are. */
  values(topic?: string): readonly unknown[] {
    return valuesOf(
      this.deliveries.filter(({ event }) => topic === undefined || event.topic === topic),
    );
  }

  private joinOptions(): JoinOptions {
    const { group, topics, start = "earliest", name = "member" } = this.options;
    return {
      group,
      topics: new Map(topics.map((topic) => [topic, start])),
      member: name,
      onLease: (lease) => {
        this.leases.add(lease);
        if (this.options.handle !== undefined) this.working.set(lease, this.work(lease));
      },
      onRevoke: async (lease) => {
        this.revoked.add(lease);
        await this.options.onRevoke?.(lease);
        // Waits for `next`, too: it ends when a lease is to be given back.
        await this.working.get(lease);
        this.leases.delete(lease);
      },
      onLost: (lease) => {
        if (this.leases.delete(lease)) this.lost.push(lease);
      },
      onProblem: (error) => {
        if (this.options.onProblem !== undefined) this.options.onProblem(error);
        else if (error !== undefined) throw error;
      },
    };
  }

  private async work(lease: Lease): Promise<void> {
    for (;;) {
      const deliveries = await lease.next(10);
      if (deliveries.length === 0) return;
      for (const delivery of deliveries) {
        if (this.revoked.has(lease) || !lease.isHeld) return;
        this.deliveries.push(delivery);
        await this.options.handle?.(delivery, lease);
      }
    }
  }
}

export function valuesOf(deliveries: readonly Delivery[]): readonly unknown[] {
  return deliveries.map(({ event }) => JSON.parse(event.value) as unknown);
}

export function failed(attempts: number, handler = "app.second"): FailedAttempt {
  return { handler, attempts, error: "app/second.lua:2: boom", traceback: "stack traceback:" };
}

/** Waits until something is so. @param what For the error when it never is. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 30_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await delay(10);
  }
}

export async function delay(durationMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}
