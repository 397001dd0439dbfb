/** A folder whose files are published, behind a socket. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import {
  request as sendRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LuaFunction } from "../../core/value.ts";
import type { AccessEntry } from "../exchange.ts";
import { createTestGateway, type TestGatewayOptions } from "../gateway.testkit.ts";
import { createGatewayServer, type GatewayServer } from "../server.ts";
import type { StaticFolder } from "./index.ts";

export const HOST = "127.0.0.1";
export const MODIFIED = new Date("2026-01-02T03:04:05Z");
export const CSS = "body { color: teal }\n";

/** Made anew for each test. */
export interface Published {
  /** Of the test. */
  folder: string;
  /** In it; what is published unless told otherwise. */
  dir: string;
  server: GatewayServer;
  entries: AccessEntry[];
}

const published = {} as Published;
let bugs: unknown[];

/** Is called once in a file. */
export function usePublished(): Published {
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), "spacer-static-"));
    const server = await createGatewayServer({ host: HOST, port: 0 });
    bugs = [];
    Object.assign(published, { folder, dir: join(folder, "public"), server, entries: [] });
  });

  afterEach(async () => {
    await published.server.close();
    rmSync(published.folder, { recursive: true });
    expect(bugs).toEqual([]);
  });
  return published;
}

export function write(name: string, content: string | Buffer): void {
  const file = join(published.dir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, MODIFIED, MODIFIED);
}

export const hello: LuaFunction = () => "hello";

export function folderWith(settings: Partial<StaticFolder>): StaticFolder {
  return {
    path: "/assets",
    dir: published.dir,
    maxAgeMs: 0,
    isImmutable: false,
    isPrecompressed: false,
    fallback: undefined,
    ...settings,
  };
}

export async function publish(
  folders: readonly Partial<StaticFolder>[] = [{}],
  options: Partial<TestGatewayOptions> = {},
): Promise<void> {
  const staticFolders = folders.map(folderWith);
  const gateway = await createTestGateway({
    rows: [],
    modules: { hello },
    staticFolders,
    onRequest: (entry) => published.entries.push(entry),
    onBug: (thrown) => bugs.push(thrown),
    ...options,
  });
  published.server.serve(gateway);
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The path goes out as it is. */
export function ask(
  path: string,
  headers: OutgoingHttpHeaders = {},
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest(
      { host: HOST, port: published.server.address.port, path, method, headers, agent: false },
      (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(pieces).toString("latin1");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

export async function brief(path: string, headers?: OutgoingHttpHeaders, method?: string) {
  const { status, body } = await ask(path, headers, method);
  return `${String(status)} ${body}`;
}

export const NOT_FOUND = '404 {"error":"not found"}\n';
