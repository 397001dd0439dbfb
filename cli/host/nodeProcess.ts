/** This process, for Lua. */
import { existsSync } from "node:fs";
import { fromBytes, toBytes } from "../bytes.ts";
import { childProcess, os } from "../builtins.lazy.ts";
import type { HostProcess } from "../../runtime/host.ts";

const SHELL = "/bin/sh";

/** What a shell reports for a command that can't be run. */
const EXIT_NOT_RUN = 127;

/** LuaJIT's names of what Node knows by others. */
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "Linux",
  darwin: "OSX",
  win32: "Windows",
  freebsd: "BSD",
  openbsd: "BSD",
  netbsd: "BSD",
  sunos: "POSIX",
};
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { ia32: "x86" };

export function createNodeProcess(): HostProcess {
  return {
    system: {
      os: SYSTEMS[process.platform] ?? "Other",
      arch: ARCHITECTURES[process.arch] ?? process.arch,
    },
    environmentVariable(name) {
      const key = fromBytes(name);
      // What objects inherit is there, too: "toString".
      const value = Object.hasOwn(process.env, key) ? process.env[key] : undefined;
      return value === undefined ? undefined : toBytes(value);
    },
    exit: (code) => process.exit(code),
    execute(command) {
      if (command === undefined) return existsSync(SHELL) ? 1 : 0;
      const { status, signal } = childProcess().spawnSync(SHELL, ["-c", fromBytes(command)], {
        // Its messages begin with that, as when C's `system` starts it.
        argv0: "sh",
        stdio: "inherit",
      });
      return signal === null ? (status ?? EXIT_NOT_RUN) : -os().constants.signals[signal];
    },
  };
}
