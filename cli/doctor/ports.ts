/** The ports on which a server of the project would listen, and who is there already. */
import { createServer } from "node:net";
import type { GatewayErrorCode } from "../../runtime/gateway/index.ts";
import { appendAddress, appendListenProblem } from "../appendAddress.ts";
import { systemErrorCode } from "../errors.ts";
import { countWorkers, planServer } from "../production/serverPlan.ts";
import { gatewayAddress, listenProblem } from "../serverAddress.ts";
import { ok, problemOf, type Check, type Finding, type ProjectPatient } from "./check.ts";
import { findPortOwner, isServerOf } from "./portOwner.ts";

interface Port {
  readonly host: string;
  readonly port: number;
  /** What it is for. */
  readonly purpose: string;
  /** What spacer would say. */
  readonly explain: (failed: { code: ListenFailure; message: string }) => Finding;
}

export const portsCheck: Check<ProjectPatient> = {
  name: "ports",
  run: async (patient) => {
    const ports = portsOf(patient);
    return await Promise.all(ports.map((port) => lookAt(port, patient)));
  },
};

function portsOf({ config, environment, env }: ProjectPatient): Port[] {
  const gateway = gatewayAddress(config, environment, env, {});
  const append = appendAddress(config, env, environment === "development");
  const options = { workers: undefined, environment };
  const { admin } = countWorkers(config, options) > 0 ? planServer(config, options) : {};
  const all: Port[] = [
    {
      host: gateway.host,
      port: gateway.port,
      purpose: "HTTP",
      explain: (failed) => problemOf(listenProblem(failed, gateway.host, gateway.port)),
    },
  ];
  if (append !== undefined) {
    all.push({
      host: append.host,
      port: append.port,
      purpose: "writeProxyListen",
      explain: (failed) => problemOf(appendListenProblem(failed, append.host, append.port)),
    });
  }
  if (admin !== undefined) {
    const { host, port, isWanted } = admin;
    all.push({
      host,
      port,
      purpose: "health and metrics",
      explain: ({ message }) => ({
        level: isWanted ? "problem" : "warning",
        message: `gateway.admin: port ${String(port)} of ${host} can't be had: ${message}`,
        hint: "choose another, as in gateway.admin: { port: 9465 }, or false for none",
      }),
    });
  }
  // For 0 the system chooses one that is free.
  return all.filter(({ port }) => port !== 0);
}

async function lookAt(wanted: Port, { machine, root }: ProjectPatient): Promise<Finding> {
  const { host, port, purpose, explain } = wanted;
  const error = await tryToListen(host, port);
  if (error === undefined) return ok(`port ${String(port)} (${purpose}) is free`);
  const code = FAILURES[systemErrorCode(error) ?? ""] ?? "listen-failed";
  const owner = code === "port-in-use" ? findPortOwner(port, machine) : undefined;
  const finding = explain({ code, message: REASONS[code] ?? error.message });
  if (owner === undefined) return finding;
  const process = `process ${String(owner.pid)}`;
  if (isServerOf(owner, root)) {
    return ok(`port ${String(port)} (${purpose}) is served by spacer itself, ${process}`);
  }
  return { ...finding, message: `${finding.message}: ${process}, ${owner.command}` };
}

type ListenFailure = Extract<
  GatewayErrorCode,
  "port-in-use" | "port-forbidden" | "host-unavailable" | "listen-failed"
>;

const FAILURES: Readonly<Partial<Record<string, ListenFailure>>> = {
  EADDRINUSE: "port-in-use",
  EACCES: "port-forbidden",
  EADDRNOTAVAIL: "host-unavailable",
};

const REASONS: Readonly<Partial<Record<ListenFailure, string>>> = {
  "port-in-use": "it is in use by another program",
  "port-forbidden": "permission denied",
  "host-unavailable": "this machine has no such address",
};

function tryToListen(host: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}
