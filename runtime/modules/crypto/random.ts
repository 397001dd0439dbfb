/** Random bytes that nobody can guess. */
import { nodeCrypto } from "./node.lazy.ts";

/** @param count Whole, from 0. */
export function randomBytes(count: number): string {
  return nodeCrypto().randomBytes(count).toString("latin1");
}
