/**
 * Connections at rest. kafkajs 2.2.4 keeps the requests that have to wait for one another in a queue, and looks after it by a timer.
 * With nothing in the queue it computes a time long ago, which means a millisecond from now, and again after that: every
 * connection wakes the process a thousand times a second, and Node 24 warns of the first time. An empty queue needs no timer: who
 * puts something in sets one.
 */
import type { KafkajsCluster, KafkajsRequestQueue } from "./internals.ts";

/** For all connections that a cluster will have. */
export function letQueuesRest({ brokerPool: { connectionPoolBuilder } }: KafkajsCluster): void {
  const build = connectionPoolBuilder.build.bind(connectionPoolBuilder);
  connectionPoolBuilder.build = async (destination) => {
    const connections = await build(destination);
    for (const { requestQueue } of connections.pool) letRest(requestQueue);
    return connections;
  };
}

export function letRest(queue: KafkajsRequestQueue): void {
  const schedule = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) schedule();
  };
}
