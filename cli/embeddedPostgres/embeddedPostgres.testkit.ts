/** A temporary project with a server, and commands that use it: here, or in processes of their own. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { Client, type ClientConfig } from "pg";
import { waitFor } from "../context.testkit.ts";
import { openServer, type EmbeddedPostgres } from "./openServer.ts";
import { findPostmaster } from "./postmaster.ts";
import { realSurroundings, type Surroundings } from "./surroundings.ts";

const PATIENCE_MS = 60_000;

export interface TestProject {
  /** A new folder, with room for more; removed by `dispose`. */
  readonly folder: string;
  readonly root: string;
  readonly surroundings: Surroundings;
  /** Opens the server in this process. */
  open(changes?: Partial<Surroundings>): Promise<EmbeddedPostgres>;
  /** Opens it in a process of its own, perhaps of another user. */
  spawn(user?: { uid: number; gid: number }): TestCommand;
  /** Where the data really are. */
  dataPath(): string;
  /** The process of the server; `undefined` if none runs. */
  serverPid(): number | undefined;
  /** Closes all. @returns the server that runs on although nobody uses it, killed by now */
  dispose(): Promise<number | undefined>;
}

export interface TestCommand {
  /** Settles when it uses the server. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
}

export function createTestProject(): TestProject {
  const folder = mkdtempSync(join(tmpdir(), "spacer-pg-"));
  chmodSync(folder, 0o755);
  const root = join(folder, "project");
  mkdirSync(root);
  const surroundings = {
    ...realSurroundings(),
    socketParent: folder,
    sharedFolder: join(folder, "lib"),
  };
  const opened: EmbeddedPostgres[] = [];
  const spawned: TestCommand[] = [];
  const dataPath = () => realpathSync(join(root, ".spacer/postgres"));
  const serverPid = () =>
    existsSync(join(root, ".spacer/postgres")) ? findPostmaster(dataPath())?.pid : undefined;
  return {
    folder,
    root,
    surroundings,
    async open(changes = {}) {
      const postgres = await openServer({ root }, { ...surroundings, ...changes });
      opened.push(postgres);
      return postgres;
    },
    spawn(user) {
      const command = spawnCommand([root, folder, surroundings.sharedFolder], user);
      spawned.push(command);
      return command;
    },
    dataPath,
    serverPid,
    async dispose() {
      await Promise.all(opened.map((postgres) => postgres.close()));
      await Promise.all(spawned.map((command) => command.kill()));
      const left = serverPid();
      if (left !== undefined) process.kill(left, "SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
      return left;
    },
  };
}

/** Asks by a connection of its own. */
export async function query(
  connection: ClientConfig,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client(connection);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until there is an answer, as somebody does who notices a crash. */
export async function queryAgain(connection: ClientConfig, sql: string) {
  let rows: Record<string, unknown>[] | undefined;
  let last = "";
  const ask = async () => {
    try {
      rows = await query(connection, sql);
    } catch (thrown) {
      last = String(thrown);
    }
    return rows !== undefined;
  };
  await waitFor(ask, () => last, PATIENCE_MS);
  return rows;
}

function spawnCommand(
  words: readonly string[],
  user: { uid: number; gid: number } | undefined,
): TestCommand {
  const child = spawn(process.execPath, [commandFile(), ...words], {
    ...user,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const isReady = () => output.includes("ready");
  const ready = waitFor(
    () => isReady() || child.exitCode !== null || child.signalCode !== null,
    () => "a command did not get its server",
    PATIENCE_MS,
  ).then(() => {
    if (!isReady()) throw new Error("a command ended without a server");
  });
  ready.catch(() => undefined); // For those who don't ask.
  return {
    ready,
    async close() {
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const PROGRAM = `
  import { openServer } from "./openServer.ts";
  import { realSurroundings } from "./surroundings.ts";
  const [, , root, socketParent, sharedFolder] = process.argv;
  const surroundings = { ...realSurroundings(), socketParent, sharedFolder };
  const postgres = await openServer({ root }, surroundings);
  console.log("ready");
  for await (const _ of process.stdin);
  await postgres.close();`;

/** The program above as its sources are now. Built once per test file. */
function commandFile(): string {
  const worker = process.env["JEST_WORKER_ID"] ?? "0";
  // Within the repository, so that packages are found.
  const cache = resolve(__dirname, "../../node_modules/.cache/spacer-tests");
  const outfile = join(cache, `embeddedPostgres-${worker}.mjs`);
  if (built) return outfile;
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: __dirname, loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(join(__dirname, "surroundings.ts")).href),
    },
  });
  built = true;
  return outfile;
}

let built = false;
