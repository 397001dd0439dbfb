/** A real PostgreSQL for a file of tests: the embedded one, in a folder of its own. */
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import {
  connect as connectTo,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import {
  openEmbeddedPostgres,
  type EmbeddedPostgres,
} from "../../../../cli/embeddedPostgres/index.ts";

export interface TestServer {
  readonly connection: ClientConfig;
  /** Runs a query in a schema. */
  readonly query: (sql: string, schema?: string) => Promise<readonly Record<string, unknown>[]>;
}

/** Starts it before all tests of the file. */
export function useTestServer(): TestServer {
  let root: string;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "spacer-log-"));
    // When root runs this, the server runs as somebody else, who is to reach it.
    chmodSync(root, 0o755);
    server = await openEmbeddedPostgres({ root });
  }, 60_000);

  afterAll(async () => {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  }, 30_000);

  return {
    get connection() {
      return server.connection;
    },
    query: async (sql, schema = "public") => {
      const client = await connect(server.connection, schema);
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

/** A connection of the test's own. */
export async function connect(connection: ClientConfig, schema: string): Promise<Client> {
  const client = new Client(connection);
  await client.connect();
  await client.query(`SET search_path = ${client.escapeIdentifier(schema)}`);
  return client;
}

/** With what identifiers must be quoted for. */
export const newSchema = (): string => `spacer "log" ${randomUUID()}`;

/** Stands between a server and those that use it. */
export class TestProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(target: ClientConfig) {
    const [host, port] = [String(target.host), Number(target.port)];
    this.server = createServer((near) => {
      const far = host.startsWith("/")
        ? connectTo(`${host}/.s.PGSQL.${String(port)}`)
        : connectTo(port, host);
      this.join(near, far);
      this.join(far, near);
    });
  }

  static async start(target: ClientConfig): Promise<TestProxy> {
    const proxy = new TestProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get address(): ClientConfig {
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port };
  }

  /** Connections there are fall silent for ever, as when a machine is gone. New ones are as they should be. */
  silence(): void {
    for (const socket of this.sockets) socket.removeAllListeners("data").resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on("data", (data) => to.write(data));
    from.on("error", () => undefined);
    from.on("close", () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
