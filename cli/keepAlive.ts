/** How long connections stay open when nothing is asked over them. */
import type { ProjectConfig } from "./config.ts";

/**
 * Load balancers keep connections for 60 s, usually. What they send over one that is closed just then is lost: so they
 * are to be the first who close it.
 */
const DEFAULT_KEEP_ALIVE_MS = 72_000;

/** @returns Milliseconds */
export function keepAliveOf({ gateway }: ProjectConfig): number {
  return gateway.keepAliveTimeout ?? DEFAULT_KEEP_ALIVE_MS;
}
