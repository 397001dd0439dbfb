/** The door of the gateway: a project's functions behind HTTP. */
export type { Failure, LogLevel, LogSettings, Mode, TakenEntry } from "../functions/index.ts";
export { TOKEN_HEADER } from "./access.ts";
export {
  createAppendServer,
  type AppendServer,
  type AppendServerOptions,
} from "./append/server.ts";
export type { ProxyTrust } from "./client.ts";
export type { CorsRules } from "./cors.ts";
export { GatewayError, type GatewayErrorCode } from "./errors.ts";
export type { ErrorReport, ReportedRequest } from "./errorReport.ts";
export type { AccessEntry, GatewayOptions } from "./exchange.ts";
export { createGateway, type Gateway } from "./gateway.ts";
export {
  createGatewayServer,
  createHandedServer,
  type CloseOptions,
  type GatewayAddress,
  type GatewayServer,
  type HandedServer,
  type ListenOptions,
  type ServedGateway,
} from "./server.ts";
export type { StaticFolder } from "./static/index.ts";
