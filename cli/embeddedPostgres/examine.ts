/** What can be told of a project's server without starting it, or making any files for it. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { findPackageFolder, makeLinks, programIn } from "./binaries.ts";
import { readMajorVersion, refuseOtherVersion } from "./dataFolder.ts";
import { findPostmaster } from "./postmaster.ts";
import { runProgram } from "./programs.ts";
import { chooseServerUser, type ServerUser } from "./serverUser.ts";
import type { Surroundings } from "./surroundings.ts";

export interface EmbeddedReport {
  /** Of the PostgreSQL that comes with spacer: "18". */
  readonly version: string;
  /** Whom it runs as. */
  readonly user: ServerUser;
  /** Where the data are; `undefined` if there are none yet. */
  readonly dataPath: string | undefined;
  /** The process of the server that runs. */
  readonly pid: number | undefined;
}

/** @throws UserError when there can't be a server, and errors of the system */
export async function examineEmbeddedPostgres(
  root: string,
  surroundings: Surroundings,
): Promise<EmbeddedReport> {
  const { folder } = findPackageFolder(surroundings);
  const native = join(folder, "native");
  // Without them it does not run; whoever starts it makes them, too.
  makeLinks(native);
  const [postgres, initdb, pgCtl] = ["postgres", "initdb", "pg_ctl"].map((name) =>
    programIn(native, name, surroundings.platform),
  ) as [string, string, string];
  await runProgram(postgres, ["--version"], { user: undefined, folder: native });
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const major = Number.parseInt(version);
  const place = join(root, ".spacer/postgres");
  const user = chooseServerUser(surroundings, [place, root]);
  if (!existsSync(place))
    return { version: String(major), user, dataPath: undefined, pid: undefined };
  const path = realpathSync(place);
  const data = { path, user, spacerFolder: join(root, ".spacer") };
  refuseOtherVersion(data, { major, initdb, postgres, pgCtl });
  const hasData = readMajorVersion(data) !== undefined;
  return {
    version: String(major),
    user,
    dataPath: hasData ? path : undefined,
    pid: findPostmaster(path)?.pid,
  };
}
