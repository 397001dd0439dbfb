/** All migrations, in order: the n-th makes version n of version n - 1. Never change one that was released. */
import { migration as log } from "./0001-log.ts";
import { migration as groups } from "./0002-groups.ts";
import { migration as fences } from "./0003-fences.ts";
import { migration as segments } from "./0004-segments.ts";

export const migrations: readonly string[] = [log, groups, fences, segments];
