/** The process of a worker, before it is told what it is to serve. */
import cluster, { type Worker as ClusterWorker } from "node:cluster";
import type { FromWorker } from "./messages.ts";

export interface ForkOptions {
  /** The words that start the program. */
  readonly self: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** Of V8's heap; `undefined`: as V8 thinks. */
  readonly memoryLimitBytes: number | undefined;
}

export class ForkedWorker {
  readonly child: ClusterWorker;
  readonly pid: number;
  private hasToldAwake = false;

  constructor({ self, cwd, env, memoryLimitBytes }: ForkOptions) {
    cluster.setupPrimary({
      exec: self.at(-1) ?? "",
      execArgv: [
        ...self.slice(1, -1),
        ...(memoryLimitBytes === undefined
          ? []
          : [`--max-old-space-size=${String(Math.ceil(memoryLimitBytes / 2 ** 20))}`]),
      ],
      args: ["start"],
      cwd,
      silent: true,
    });
    this.child = cluster.fork(env);
    this.pid = this.child.process.pid ?? 0;
    this.child.process.on("error", ignore);
    this.child.process.on("message", ({ type }: FromWorker) => {
      if (type === "awake") this.hasToldAwake = true;
    });
  }

  /** Whether it has loaded all that it needs, and waits to be told. */
  get isAwake(): boolean {
    return this.hasToldAwake;
  }
}

function ignore(): void {
  // Is told in another way: by the end of the process.
}
