/** The door of the gateway: a project's functions behind HTTP. */
export { DEFAULT_LIMITS, type Failure, type Mode } from "../functions/index.ts";
export { GatewayError, type GatewayErrorCode } from "./errors.ts";
export { createGateway, type AccessEntry, type Gateway, type GatewayOptions } from "./gateway.ts";
export {
  createGatewayServer,
  type GatewayAddress,
  type GatewayServer,
  type ListenOptions,
} from "./server.ts";
