/** The ports of a server with workers, which its supervisor listens on. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type {
  GatewayAddress,
  GatewayErrorCode,
  ListenOptions,
} from "../../runtime/gateway/index.ts";
import { appendListenProblem } from "../appendAddress.ts";
import type { UserError } from "../errors.ts";
import { systemErrorCode } from "../errors.ts";
import { listenProblem } from "../serverAddress.ts";
import type { Entrance } from "../startServer.ts";

/** An open port. */
export interface OpenEntrance {
  readonly address: GatewayAddress;
  /** Connections that were not accepted are refused. */
  close(): void;
}

/**
 * Listens.
 *
 * @param onConnection Gets connections of which nothing is read.
 * @throws UserError when the port can't be had
 */
export async function openEntrance(
  entrance: Entrance,
  { host, port }: ListenOptions,
  onConnection: (entrance: Entrance, socket: Socket) => void,
): Promise<OpenEntrance> {
  const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true });
  server.on("connection", (socket: Socket) => {
    onConnection(entrance, socket);
  });
  try {
    await listen(server, host, port);
  } catch (thrown) {
    throw describeProblem(thrown, entrance, { host, port });
  }
  // Too many open files, say: those who wait are accepted later.
  server.on("error", () => undefined);
  const { address, port: found } = server.address() as AddressInfo;
  return {
    address: { host: address, port: found },
    close: () => {
      server.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const CODES: Readonly<Partial<Record<string, GatewayErrorCode>>> = {
  EADDRINUSE: "port-in-use",
  EACCES: "port-forbidden",
  EADDRNOTAVAIL: "host-unavailable",
  ENOTFOUND: "host-unavailable",
  EAI_AGAIN: "host-unavailable",
};

function describeProblem(
  thrown: unknown,
  entrance: Entrance,
  { host, port }: ListenOptions,
): UserError {
  const code = CODES[systemErrorCode(thrown) ?? ""] ?? "listen-failed";
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const problem = { code, message: `can't listen on ${host}, port ${String(port)}: ${reason}` };
  return entrance === "gateway"
    ? listenProblem(problem, host, port)
    : appendListenProblem(problem, host, port);
}
