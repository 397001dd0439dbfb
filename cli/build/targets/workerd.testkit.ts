/** Cloudflare's server for Workers, from its npm package, on a port of this machine. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const path = findWorkerd();

/** Runs the tests, or says why they are skipped. */
export function describeInWorkerd(name: string, tests: () => void): void {
  if (path !== undefined) describe(name, tests);
  else
    describe.skip(`${name} (skipped: the package workerd has no binary for this machine)`, tests);
}

function findWorkerd(): string | undefined {
  try {
    const found = createRequire(__filename)("workerd") as { readonly default: string };
    return existsSync(found.default) ? found.default : undefined;
  } catch {
    return undefined;
  }
}

export interface RunningWorker {
  readonly url: string;
  /** What it printed so far. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/** Starts the Worker that a build made. @param folder Of the build. */
export async function startWorker(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningWorker> {
  if (path === undefined) throw new Error("workerd is not installed for this machine");
  const options = ["serve", "worker.capnp", "--socket-addr", "http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(path, options, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr?.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let told = "";
    child.stdio[3]?.on("data", (bytes: Buffer) => {
      told += bytes.toString();
      const found = /"port":(\d+)/.exec(told)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void exited.then(() => reject(new Error(`workerd has ended: ${output}`)));
  });
  return {
    url: `http://127.0.0.1:${String(port)}`,
    output: () => output,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
