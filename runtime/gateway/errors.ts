/** Errors of the gateway: those that keep it from starting, and those of a request. */

export type GatewayErrorCode =
  /** There is no app/gateway.lua. */
  | "gateway-missing"
  /** app/gateway.lua has a syntax error or raised one. */
  | "gateway-failed"
  /** app/gateway.lua returned something that is no list of routes. */
  | "gateway-invalid"
  | "port-in-use"
  | "port-forbidden"
  | "host-unavailable"
  | "listen-failed"
  /** Other machines could append, and nothing keeps them from it. */
  | "token-missing";

/** Something the user can mend. The message is one clear text, with file and row where there is one. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
  }
}

/** A request that is refused. The message goes to the client. */
export class RequestError extends Error {
  /** HTTP status, 400 to 499. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }
}
