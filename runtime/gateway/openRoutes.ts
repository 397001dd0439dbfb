/** How a gateway begins, whoever serves it. */
import { functionsOf } from "../functions/index.ts";
import type { GatewayOptions } from "./exchange.ts";
import { readGatewayFile } from "./gatewayFile.ts";
import type { Route } from "./routes.ts";

/**
 * Makes the functions of a state those of a gateway, and reads `app/gateway.lua`.
 *
 * @throws GatewayError when the file is missing or wrong
 */
export function openRoutes(
  options: Pick<GatewayOptions, "state" | "mode" | "limits" | "log">,
): Promise<readonly Route[]> {
  const { state, mode, limits, log } = options;
  const functions = functionsOf(state);
  functions.mode = mode;
  if (limits !== undefined) functions.limits = limits;
  if (log !== undefined) functions.log = log;
  return readGatewayFile(state);
}
