/** The consumer groups of a log that ends with the process. All members are in it, so that none dies alone. */
import type {
  DeadLetter,
  DeadLetterFilter,
  Fence,
  GroupDescription,
  GroupStorage,
  GroupSummary,
  HandlingRecord,
  JoinOptions,
  Membership,
  RecordFilter,
} from "../../groups.ts";
import { LogError, type StoredEvent } from "../../storage.ts";
import { DeadLetters } from "./deadLetters.ts";
import { MemoryGroup } from "./memoryGroup.ts";

/** Of a topic, by partition. @throws LogError */
type EventsOf = (topic: string) => readonly (readonly StoredEvent[])[];

/* eslint-disable @typescript-eslint/require-await -- what they throw is a rejection */
export class MemoryGroups implements GroupStorage {
  private readonly byName = new Map<string, MemoryGroup>();
  private readonly letters: DeadLetters;
  private readonly eventsOf: EventsOf;

  constructor(eventsOf: EventsOf, now: () => number) {
    this.eventsOf = eventsOf;
    this.letters = new DeadLetters(now);
  }

  async join(options: JoinOptions): Promise<Membership> {
    const topics = [...options.topics].map(([name, start]) => ({
      name,
      start,
      events: this.eventsOf(name),
    }));
    let group = this.byName.get(options.group);
    if (group === undefined) {
      group = new MemoryGroup(options.group, this.letters);
      this.byName.set(options.group, group);
    }
    for (const { name, events, start } of topics) group.addTopic(name, events, start);
    return group.join(options);
  }

  async list(): Promise<readonly GroupSummary[]> {
    return [...this.byName.values()]
      .map((group) => group.summarize())
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async describe(group: string): Promise<GroupDescription | undefined> {
    return this.byName.get(group)?.describe();
  }

  async reset(name: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void> {
    const group = this.byName.get(name);
    if (group === undefined) throw new LogError(`there is no group '${name}'`);
    const byPartition = this.eventsOf(topic);
    for (const [partition, offset] of offsets) {
      const events = byPartition[partition];
      if (events === undefined) continue;
      this.letters.forget(name, events.slice(offset));
      group.reset(topic, partition, events, Math.min(offset, events.length));
    }
  }

  async deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetter[]> {
    return this.letters.list(filter);
  }

  async redrive(ids: readonly string[]): Promise<number> {
    const letters = this.letters.redrive(ids);
    for (const { id, group, event } of letters) this.byName.get(group)?.redeliver(id, event);
    return letters.length;
  }

  async drop(ids: readonly string[]): Promise<number> {
    return this.letters.drop(ids);
  }

  async records(filter: RecordFilter): Promise<readonly HandlingRecord[]> {
    const group = this.byName.get(filter.group);
    return group?.find(filter.topic, filter.partition)?.records(filter) ?? [];
  }

  holds(fence: Fence): boolean {
    return this.byName.get(fence.group)?.holds(fence) ?? false;
  }

  /** There may be new events of a topic. */
  wake(topic: string): void {
    for (const group of this.byName.values()) group.wake(topic);
  }

  close(): void {
    for (const group of this.byName.values()) group.close();
  }
}
/* eslint-enable @typescript-eslint/require-await */
