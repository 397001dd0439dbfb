/**
 * A PostgreSQL server of a project's own, for development: started when it is first needed, shared by
 * all commands that are about the project, stopped by the last one out. It is a process apart from
 * all of them, so that none of them takes it along when it ends, however it ends.
 *
 * Who starts it is settled by a lock (lock.ts), who stops it by sessions (session.ts). Nothing else is
 * kept about it: whether it runs, and where, is read from its own files (postmaster.ts).
 */
import { openServer, type EmbeddedPostgres, type OpenOptions } from "./openServer.ts";
import { realSurroundings } from "./surroundings.ts";

export { examineEmbeddedPostgres, type EmbeddedReport } from "./examine.ts";
export type { EmbeddedPostgres } from "./openServer.ts";

/** @throws UserError when there can't be a server, with what to do about it */
export async function openEmbeddedPostgres(options: OpenOptions): Promise<EmbeddedPostgres> {
  return openServer(options, realSurroundings());
}
