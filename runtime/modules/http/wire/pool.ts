/**
 * The connections of a state, by the place they lead to. Those that nobody needs are kept for a while. There are never
 * more to a place than the limit: who wants another one waits, in the order of asking.
 */
import { Connection } from "./connection.ts";
import { openSocket, type Place, type TlsMemory } from "./openSocket.ts";
import type { PoolLimits } from "./poolLimits.ts";

/** Exactly one of the two is called, once; neither after the asking was given up. */
export interface Asking {
  /** The connection is the asker's, until `release` or `close`. */
  got(connection: Connection): void;
  failed(error: unknown): void;
}

/** Asked for a connection, and who asked no longer wants it. */
type GiveUp = () => void;

export class ConnectionPool {
  private readonly limits: PoolLimits;
  private readonly places = new Map<string, PlaceConnections>();
  /** Those that have been idle for longest come first. */
  private readonly idle = new Map<Connection, PlaceConnections>();
  private readonly owners = new Map<Connection, PlaceConnections>();

  constructor(limits: PoolLimits) {
    this.limits = limits;
  }

  /** How many connections are open, and how many of them idle. */
  get counts(): { readonly open: number; readonly idle: number } {
    return { open: this.owners.size, idle: this.idle.size };
  }

  /** @param mayReuse Whether an idle connection will do. */
  ask(place: Place, asking: Asking, mayReuse = true): GiveUp {
    let connections = this.places.get(place.key);
    if (connections === undefined) {
      connections = new PlaceConnections(place);
      this.places.set(place.key, connections);
    }
    const reused = mayReuse ? this.takeIdle(connections) : undefined;
    if (reused !== undefined) {
      asking.got(reused);
      return nothing;
    }
    if (connections.count >= this.limits.perPlace) {
      // A new one was asked for, and idle ones fill the place.
      this.takeIdle(connections)?.close();
    }
    return connections.count < this.limits.perPlace
      ? this.open(connections, asking)
      : this.queue(connections, asking);
  }

  /** Gives back a connection whose last response was read to its end. */
  release(connection: Connection): void {
    const connections = this.owners.get(connection);
    if (connections === undefined || !connection.isOpen) {
      connection.close();
      return;
    }
    const next = connections.takeQueued();
    if (next !== undefined) {
      next.giveUp = nothing;
      next.asking.got(connection);
      return;
    }
    connections.idle.push(connection);
    this.idle.set(connection, connections);
    if (connections.idle.length > this.limits.idlePerPlace) connections.idle[0]?.close();
    if (this.idle.size > this.limits.idle) this.idle.keys().next().value?.close();
  }

  /** Closes the idle ones; others when they are given back. */
  close(): void {
    for (const connection of [...this.idle.keys()]) connection.close();
    this.owners.clear();
    this.places.clear();
  }

  private takeIdle(connections: PlaceConnections): Connection | undefined {
    // The last one that was used is the least likely to be closed by the server.
    for (let taken = connections.idle.pop(); taken !== undefined; taken = connections.idle.pop()) {
      this.idle.delete(taken);
      if (taken.isOpen) {
        taken.reuseCount++;
        return taken;
      }
      taken.close();
    }
    return undefined;
  }

  private open(connections: PlaceConnections, asking: Asking): GiveUp {
    connections.count++;
    const giveUp = openSocket(connections.place, connections.tlsMemory, {
      opened: (socket) => {
        const connection = new Connection(socket, connections.place, this.limits.keepAliveMs);
        this.owners.set(connection, connections);
        connection.onClose = () => {
          this.owners.delete(connection);
          this.idle.delete(connection);
          const index = connections.idle.indexOf(connection);
          if (index >= 0) connections.idle.splice(index, 1);
          this.oneLess(connections);
        };
        asking.got(connection);
      },
      failed: (error) => {
        // A session that the server no longer wants, or that is part of the trouble.
        connections.tlsMemory.session = undefined;
        this.oneLess(connections);
        asking.failed(error);
      },
    });
    return () => {
      giveUp();
      this.oneLess(connections);
    };
  }

  private queue({ queue }: PlaceConnections, asking: Asking): GiveUp {
    const queued = new Queued(asking);
    queue.add(queued);
    queued.giveUp = () => {
      queue.delete(queued);
    };
    return () => {
      queued.giveUp();
    };
  }

  private oneLess(connections: PlaceConnections): void {
    connections.count--;
    const next = connections.takeQueued();
    if (next !== undefined) next.giveUp = this.open(connections, next.asking);
    else if (this.places.size > MAX_PLACES) this.forgetPlaces();
  }

  /** What is known of a place saves work with its next connection, but not for ever. */
  private forgetPlaces(): void {
    for (const [key, { count }] of this.places) if (count === 0) this.places.delete(key);
  }
}

const MAX_PLACES = 256;

/** Who waits for a connection. */
class Queued {
  readonly asking: Asking;
  giveUp: GiveUp = nothing;

  constructor(asking: Asking) {
    this.asking = asking;
  }
}

class PlaceConnections {
  readonly place: Place;
  /** Open, or being opened. */
  count = 0;
  readonly idle: Connection[] = [];
  readonly queue = new Set<Queued>();
  readonly tlsMemory: TlsMemory = { context: undefined, session: undefined };

  constructor(place: Place) {
    this.place = place;
  }

  takeQueued(): Queued | undefined {
    const [next] = this.queue;
    if (next !== undefined) this.queue.delete(next);
    return next;
  }
}

function nothing(): void {
  // There is nothing to give up.
}
