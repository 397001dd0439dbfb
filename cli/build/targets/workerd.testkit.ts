/** Cloudflare's server for Workers, from its npm package, on a port of this machine. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import workerdPath from "workerd";

/** Where it is; `undefined` where the package has none for this machine. */
export function findWorkerd(): string | undefined {
  const path = (workerdPath as unknown as { default?: string }).default ?? String(workerdPath);
  return existsSync(path) ? path : undefined;
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
  const path = findWorkerd();
  if (path === undefined) throw new Error("workerd is not installed for this machine");
  const options = ["serve", "worker.capnp", "--socket-addr", "http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(path, options, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
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
