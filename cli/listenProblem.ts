/** What users are told when a port can't be had. */
import type { GatewayError } from "../runtime/gateway/index.ts";
import { UserError } from "./errors.ts";

export const DEFAULT_PORT = 3000;
/** Reachable from this machine only. */
export const LOOPBACK = "127.0.0.1";

export function listenProblem(
  { code, message }: Pick<GatewayError, "code" | "message">,
  host: string,
  port: number,
): UserError {
  const where = `port ${String(port)}`;
  switch (code) {
    case "port-in-use":
      return new UserError(
        `${where} is in use by another program`,
        `stop that program or choose another port: --port ${String(port + 1)}`,
      );
    case "port-forbidden":
      return new UserError(
        `${where} may not be used: permission denied`,
        `choose a port from 1024 on: --port ${String(DEFAULT_PORT)}`,
      );
    case "host-unavailable":
      return new UserError(
        `this machine has no address ${host}`,
        `choose another: --host ${LOOPBACK}`,
      );
    default:
      return new UserError(message);
  }
}
