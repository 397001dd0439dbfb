/** Servers to be asked, and programs that ask them. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server as RawServer,
  type Socket,
} from "node:net";
import { openLuaState } from "../../../cli/luaState.ts";
import { Invocation, type InvocationLimits } from "../../core/invocation.ts";
import type { Span } from "../../core/span.ts";
import type { LuaState } from "../../core/state.ts";
import { Task } from "../../core/task.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import { plainText } from "../../core/toText.ts";
import { LuaError } from "../../core/error.ts";
import { Stopped } from "../../core/stopped.ts";
import { setOrigin } from "../../topics/origin.ts";
import { clientOf } from "./client.ts";

export interface TestServer {
  /** "http://127.0.0.1:1234" */
  readonly url: string;
  readonly port: number;
  /** How many connections there were. */
  readonly connectionCount: () => number;
  /** Those that are open. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export function startServer(listener: RequestListener): Promise<TestServer> {
  return listen(createServer({ keepAliveTimeout: 30_000 }, listener), "http");
}

export function startSecureServer(
  options: ServerOptions,
  listener: RequestListener,
): Promise<TestServer> {
  return listen(createSecureServer(options, listener), "https");
}

/** A server that says what it wants, HTTP or not. */
export function startRawServer(onConnection: (socket: Socket) => void): Promise<TestServer> {
  const server = createRawServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  return listen(server, "http");
}

async function listen(server: Server | RawServer, scheme: string): Promise<TestServer> {
  const open = new Set<Socket>();
  let count = 0;
  server.on("connection", (socket: Socket) => {
    count++;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${String(port)}`,
    port,
    connectionCount: () => count,
    open,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface ProgramOptions {
  readonly isPreempted?: boolean;
  readonly limits?: InvocationLimits;
  readonly span?: Span;
  /** Whether it is a replay that is to change nothing. */
  readonly isHeldBack?: boolean;
}

export interface Outcome {
  /** Lines that `print` wrote. */
  readonly lines: readonly string[];
  /** By which it ended, if it did. */
  readonly error: string | undefined;
}

/** A state that is closed with its test. */
export class TestClient {
  readonly state: LuaState;

  constructor({ isPreempted = false }: ProgramOptions = {}) {
    const context = { cwd: __dirname, standardFiles: undefined };
    const preempter = isPreempted ? createPreempter() : undefined;
    this.state = openLuaState({
      dialect: "openresty",
      context,
      ...(preempter === undefined ? {} : { preempter }),
    });
  }

  /** How many connections it has. */
  get counts(): { readonly open: number; readonly idle: number } {
    return clientOf(this.state).pool.counts;
  }

  /** Runs a program to its end. @param values Its arguments. */
  run(
    source: string,
    values: readonly string[] = [],
    options: ProgramOptions = {},
  ): Promise<Outcome> {
    const { state } = this;
    const lines: string[] = [];
    state.globals.setString("print", (...printed) => {
      lines.push(printed.map(plainText).join(" "));
      return undefined;
    });
    const invocation = this.invocation(options);
    return new Promise((resolve, reject) => {
      const end = {
        ended: () => resolve({ lines, error: undefined }),
        failed: (error: unknown) => {
          if (error instanceof LuaError) resolve({ lines, error: plainText(error.value) });
          else if (error instanceof Stopped) resolve({ lines, error: error.message });
          else reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      new Task(state, end, invocation).start(state.load(encodeUtf8(PRELUDE + source), "=program"), [
        ...values,
      ]);
    });
  }

  close(): void {
    this.state.close();
  }

  private invocation({ limits, span, isHeldBack }: ProgramOptions): Invocation | undefined {
    if ((limits ?? span ?? isHeldBack) === undefined) return undefined;
    const unlimited = { cpuMs: Infinity, timeoutMs: Infinity };
    const invocation = new Invocation(this.state, limits ?? unlimited);
    invocation.span = span;
    if (isHeldBack === true) {
      setOrigin(invocation, { fence: undefined, isHeldBack, onAppend: () => undefined });
    }
    return invocation;
  }
}

/** On the first line, so that lines count as they do in the tests. */
const PRELUDE = 'local http, ngx, url = require "http", require "ngx", ... ';

/** Runs a program twice, the second time suspended again and again for nothing; what it printed is the same. */
export async function run(source: string, ...values: string[]): Promise<readonly string[]> {
  const outcomes: Outcome[] = [];
  for (const isPreempted of [false, true]) {
    const client = new TestClient({ isPreempted });
    try {
      outcomes.push(await client.run(source, values));
    } finally {
      client.close();
    }
  }
  const [normal, preempted] = outcomes;
  expect(preempted).toEqual(normal);
  expect(normal?.error).toBeUndefined();
  return normal?.lines ?? [];
}

/** At random, but the same way in every run. */
function createPreempter(): () => boolean {
  let random = 1;
  return () => {
    random = (random * 16807) % 2147483647;
    return random % 3 === 0;
  };
}

/** Waits for something to be so. */
export async function eventually(
  isSo: () => boolean,
  describe: () => string = () => "",
): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs)
      throw new Error(`still not so: ${isSo.toString()} ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
