/** What the embedded server asks of the machine it is on; tests hand in other machines. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Who runs this process; `undefined` where users have no numbers (Windows). */
  readonly uid: number | undefined;
  /** Whether PostgreSQL and Node know sockets that are files. */
  readonly hasSockets: boolean;
  /** Where the folders of sockets are. */
  readonly socketParent: string;
  /** Where root keeps what the server's user can't reach elsewhere. Outlives a reboot. */
  readonly sharedFolder: string;
  /** The folder of an installed package; `undefined` if it isn't installed. */
  findPackage(name: string): string | undefined;
}

export function realSurroundings(): Surroundings {
  return {
    platform: process.platform,
    arch: process.arch,
    uid: process.getuid?.(),
    hasSockets: process.platform !== "win32",
    socketParent: socketParent(),
    sharedFolder: "/var/lib/spacer",
    findPackage,
  };
}

/**
 * Neither TMPDIR nor XDG_RUNTIME_DIR: commands of one project that run in different sessions shall
 * meet at one place, which has to outlive the session. It is short, too: paths of sockets may have
 * some 100 bytes.
 */
function socketParent(): string {
  return existsSync("/tmp") ? "/tmp" : tmpdir();
}

function findPackage(name: string): string | undefined {
  try {
    // What these packages export is a module in this folder.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw thrown;
    return undefined;
  }
}

/** For PostgreSQL's programs: messages in English, and no settings of other servers. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}
