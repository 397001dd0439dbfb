/** What all logs do alike: they know their topics by name, each with what its driver has of it. */
import { checkTopic, type TopicInfo } from "../storage.ts";

export class TopicLookup<Topic extends TopicInfo> {
  private readonly byName: ReadonlyMap<string, Topic>;

  constructor(topics: readonly Topic[]) {
    this.byName = new Map(topics.map((topic) => [topic.name, topic]));
  }

  topic(name: string): Topic | undefined {
    return this.byName.get(name);
  }

  topics(): readonly TopicInfo[] {
    return [...this.byName.values()].map(({ name, partitions }) => ({ name, partitions }));
  }

  /** @throws LogRefusal "there is no topic 'x'" */
  protected find(name: string): Topic {
    return checkTopic(this, name);
  }
}
