/** How far a server's consumer group is behind. */
import { consumerGroupOf } from "../consumerGroup.ts";
import type { StartedServer } from "../startServer.ts";
import type { TopicLag } from "./messages.ts";

/** @returns `undefined` for a server without topics, and when the event log can't be asked. */
export async function topicLags(
  { log, config }: Pick<StartedServer, "log" | "config">,
  wantedGroup: string | undefined,
): Promise<readonly TopicLag[] | undefined> {
  if (log === undefined) return undefined;
  const group = wantedGroup ?? consumerGroupOf(config);
  const description = await log.groups.describe(group).catch(() => undefined);
  const events = new Map<string, number>();
  for (const { topic, lag } of description?.partitions ?? []) {
    events.set(topic, (events.get(topic) ?? 0) + lag);
  }
  return description === undefined
    ? undefined
    : [...events].map(([topic, count]) => ({ group, topic, events: count }));
}
