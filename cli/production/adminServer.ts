/** The endpoints for operators, on a port of their own: whether the server lives, whether it is ready, its figures. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { urlOf } from "../serverAddress.ts";
import { PROMETHEUS_TYPE } from "./prometheus.ts";
import type { AdminPlan } from "./serverPlan.ts";

export interface AdminSource {
  status(): ServerStatus;
  /** In Prometheus's text format. */
  metrics(): Promise<string>;
}

export interface ServerStatus {
  readonly status: "starting" | "ready" | "draining" | "unavailable";
  /** How many workers serve, and how many there are to be; left out where there are none. */
  readonly workers?: { readonly serving: number; readonly wanted: number };
}

export interface AdminServer {
  readonly url: string;
  close(): void;
}

/** @throws UserError when the port can't be had */
export async function openAdminServer(plan: AdminPlan, source: AdminSource): Promise<AdminServer> {
  const server = createServer((request, response) => {
    answer(request, response, source).catch((thrown: unknown) => {
      send(response, 500, { error: thrown instanceof Error ? thrown.message : String(thrown) });
    });
  });
  try {
    await listen(server, plan);
  } catch (thrown) {
    throw describeProblem(thrown, plan);
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: urlOf(plan.host, port),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, { host, port }: AdminPlan): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const PATHS = [
  /** 200 as long as the supervisor lives. */
  "/healthz",
  /** 200 when there is a worker that serves; 503 before that, and when the server ends. */
  "/readyz",
  /** Figures of all workers together, in Prometheus's text format. */
  "/metrics",
];

async function answer(
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
  source: AdminSource,
): Promise<void> {
  const path = url.replace(/\?.*$/s, "");
  if (!PATHS.includes(path)) {
    send(response, 404, { error: `not found; there are ${PATHS.join(", ")}` });
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    send(response, 405, { error: "only GET and HEAD are known here" });
    return;
  }
  if (path === "/metrics") {
    const text = await source.metrics();
    response.writeHead(200, { "content-type": PROMETHEUS_TYPE }).end(text);
    return;
  }
  const status = source.status();
  send(response, path === "/readyz" && status.status !== "ready" ? 503 : 200, status);
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(`${JSON.stringify(body)}\n`);
}

function describeProblem(thrown: unknown, { host, port }: AdminPlan): UserError {
  const where = `${host}, port ${String(port)}`;
  const reason =
    systemErrorCode(thrown) === "EADDRINUSE"
      ? "it is in use by another program"
      : systemErrorText(thrown);
  return new UserError(
    `gateway.admin: can't listen on ${where}: ${reason}`,
    "choose another, as in gateway.admin: { port: 9465 }, or false for none",
  );
}
