/** How many connections there are to other servers. */

export interface PoolLimits {
  /** Connections to a place, in use or not. */
  readonly perPlace: number;
  /** Idle ones of a place. */
  readonly idlePerPlace: number;
  /** Idle ones of all places; those that have been idle for longest go first. */
  readonly idle: number;
  readonly keepAliveMs: number;
}

/** What is left out is as it is by default. */
export interface PoolSettings {
  /** To a server, in use or not. */
  readonly connections?: number | undefined;
  /** To a server. */
  readonly idleConnections?: number | undefined;
  readonly keepAliveMs?: number | undefined;
}

/** All places together keep so many times what one may. */
const PLACES_FULL_OF_IDLE = 4;

export function poolLimits({
  connections = 1024,
  idleConnections = 64,
  keepAliveMs = 30_000,
}: PoolSettings): PoolLimits {
  const idle = idleConnections * PLACES_FULL_OF_IDLE;
  return { perPlace: connections, idlePerPlace: idleConnections, idle, keepAliveMs };
}
