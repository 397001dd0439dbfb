/** The dead letters of all groups; one for each event of a group at most. */
import type { DeadLetter, DeadLetterFilter, FailedAttempt } from "../../groups.ts";
import type { StoredEvent } from "../../storage.ts";

export class DeadLetters {
  private readonly byId = new Map<string, DeadLetter>();
  private lastId = 0;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  get(id: string): DeadLetter | undefined {
    return this.byId.get(id);
  }

  /** @param known The dead letter that it already is. */
  put(group: string, event: StoredEvent, failure: FailedAttempt, known: string | undefined): void {
    const id = known ?? this.find(group, event)?.id ?? String(++this.lastId);
    const timestampMs = this.now();
    this.byId.set(id, { ...failure, id, group, event, timestampMs, isRedriven: false });
  }

  list({ group, topic, key, ids, limit }: DeadLetterFilter): readonly DeadLetter[] {
    return [...this.byId.values()]
      .filter(
        (letter) =>
          letter.group === group &&
          (topic === undefined || letter.event.topic === topic) &&
          (key === undefined || letter.event.key === key) &&
          (ids === undefined || ids.includes(letter.id)),
      )
      .sort((left, right) => left.timestampMs - right.timestampMs)
      .slice(0, limit);
  }

  /** The ids of those of a partition that are to be delivered again. */
  redrivenOf(group: string, topic: string, partition: number): readonly string[] {
    return this.list({ group, topic, limit: Infinity })
      .filter((letter) => letter.isRedriven && letter.event.partition === partition)
      .map(({ id }) => id);
  }

  /** @returns Those that weren't redriven before. */
  redrive(ids: readonly string[]): readonly DeadLetter[] {
    const letters = ids
      .map((id) => this.byId.get(id))
      .filter((letter) => letter !== undefined)
      .filter(({ isRedriven }) => !isRedriven);
    for (const letter of letters) this.byId.set(letter.id, { ...letter, isRedriven: true });
    return letters;
  }

  /** @returns How many there were. */
  drop(ids: readonly string[]): number {
    return ids.filter((id) => this.byId.delete(id)).length;
  }

  /** These events of a group are delivered again. */
  forget(group: string, events: readonly StoredEvent[]): void {
    for (const event of events) {
      const letter = this.find(group, event);
      if (letter !== undefined) this.byId.delete(letter.id);
    }
  }

  private find(group: string, event: StoredEvent): DeadLetter | undefined {
    for (const letter of this.byId.values()) {
      if (letter.group === group && letter.event === event) return letter;
    }
    return undefined;
  }
}
