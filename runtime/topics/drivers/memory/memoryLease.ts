/** A partition in the hands of a member. */
import {
  StaleLease,
  type Delivery,
  type FailedAttempt,
  type Fence,
  type Lease,
  type Settlement,
} from "../../groups.ts";
import type { HandledPartition } from "./handledPartition.ts";

export class MemoryLease implements Lease {
  readonly topic: string;
  readonly partition: number;
  readonly fence: Fence;
  private readonly handled: HandledPartition;
  /** Where events go on that were not delivered yet. */
  private position: number;
  /** Dead letters to deliver again. */
  private readonly redriven: string[];
  private state: "open" | "closing" | "ended" = "open";
  private waiting: (() => void)[] = [];

  constructor(handled: HandledPartition) {
    const { group, topic, partition } = handled.of;
    this.handled = handled;
    this.topic = topic;
    this.partition = partition;
    this.fence = { group, topic, partition, epoch: ++handled.epoch };
    this.position = handled.committed;
    this.redriven = [...handled.letters.redrivenOf(group, topic, partition)];
  }

  get isHeld(): boolean {
    return this.state !== "ended";
  }

  async next(limit: number): Promise<readonly Delivery[]> {
    while (this.state === "open") {
      const deliveries = this.take(limit);
      if (deliveries.length > 0) return deliveries;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return [];
  }

  begin(): Promise<void> {
    // If the process dies, all that it remembers goes with it.
    return this.flush();
  }

  settle(delivery: Delivery, settlement: Settlement): void {
    if (this.isHeld) this.handled.settle(delivery, settlement);
  }

  fail(delivery: Delivery, failure: FailedAttempt): void {
    if (this.isHeld) this.handled.fail(delivery, failure);
  }

  flush(): Promise<void> {
    return this.isHeld ? Promise.resolve() : Promise.reject(new StaleLease());
  }

  redeliver(id: string): void {
    this.redriven.push(id);
    this.wake();
  }

  /** There may be new events. */
  wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Delivers nothing any more, and still hears what became of what was delivered. */
  close(): void {
    if (this.state === "open") this.state = "closing";
    this.wake();
  }

  end(): void {
    this.state = "ended";
    this.wake();
  }

  private take(limit: number): Delivery[] {
    const deliveries: Delivery[] = [];
    while (deliveries.length < limit && this.redriven.length > 0) {
      const delivery = this.handled.redeliver(this.redriven.shift() as string);
      if (delivery !== undefined) deliveries.push(delivery);
    }
    while (deliveries.length < limit) {
      const event = this.handled.of.events[this.position];
      if (event === undefined) break;
      if (!this.handled.isSettled(this.position)) deliveries.push(this.handled.deliver(event));
      this.position++;
    }
    return deliveries;
  }
}
