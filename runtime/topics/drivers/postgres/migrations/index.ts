/** All migrations, in order: the n-th makes version n of version n - 1. Never change one that was released. */
import { migration as log } from "./0001-log.ts";

export const migrations: readonly string[] = [log];
