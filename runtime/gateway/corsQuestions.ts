/**
 * Which rules for pages of other origins hold for a request, where rows of the gateway file have their own. A question
 * that a browser asks ahead of a request (cors.ts) is about the route of that request, so it is routed as if it were that;
 * what a router says to it is then never anybody else's.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { CorsRules } from "./cors.ts";
import { METHODS } from "./routes.ts";
import type { RowCors } from "./rowCors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Of the row, where it has its own. */
    cors?: RowCors;
  }
}

/** @param common Those of the settings. */
export function corsOf(
  request: FastifyRequest,
  common: CorsRules | undefined,
): CorsRules | undefined {
  const own = request.is404 ? undefined : request.routeOptions.config.cors;
  return own === "none" ? undefined : (own ?? common);
}

export class CorsQuestions {
  /** Those that are being routed. */
  private readonly asked = new WeakSet<IncomingMessage>();
  private readonly passedOn = new WeakSet<IncomingMessage>();

  /** Looks at a request before it is routed. */
  look(request: IncomingMessage): void {
    const { method, headers } = request;
    const wanted = headers["access-control-request-method"]?.toString();
    if (method !== "OPTIONS" || headers.origin === undefined) return;
    if (wanted === undefined || !METHODS.some((known) => known === wanted)) return;
    this.asked.add(request);
    request.method = wanted;
  }

  /** Makes it what it was. @returns Whether it was a question. */
  restore(request: IncomingMessage): boolean {
    if (!this.asked.delete(request)) return false;
    request.method = "OPTIONS";
    return true;
  }

  /** Its route has no rules: from now on it is a request like others. */
  passOn(request: IncomingMessage): void {
    this.passedOn.add(request);
  }

  isPassedOn(request: IncomingMessage): boolean {
    return this.passedOn.has(request);
  }
}
