/** The settings `http`: the connections of functions to other servers. */
import { integer, optional, type ObjectOf } from "./configReaders.ts";
import { duration } from "./quantityReaders.ts";

/** A connection takes a port of this machine, of which there are no more for one server. */
const MAX_CONNECTIONS = 65_535;

export const HTTP_SHAPE = {
  /** How many connections there are to a server at most, in each process; 1024 when left out. Who wants one more waits. */
  connections: optional(integer(1, MAX_CONNECTIONS)),
  /**
   * How many connections to a server are kept that nobody uses, in each process; 64 when left out. Of all servers four times as
   * many.
   */
  idleConnections: optional(integer(0, MAX_CONNECTIONS)),
  /** How long such a connection is kept, unless the server says less, and 10min at most; 30s when left out. */
  keepAlive: optional(duration),
};

/** As the runtime takes them. */
export function httpSettingsOf({
  http: { connections, idleConnections, keepAlive },
}: {
  readonly http: ObjectOf<typeof HTTP_SHAPE>;
}) {
  return { connections, idleConnections, keepAliveMs: keepAlive };
}
