/**
 * All that a server with workers listens on: entrances for requests, and the port for operators. They are opened once, and stay
 * where they are when the project is read again.
 */
import type { Socket } from "node:net";
import type { GatewayAddress } from "../../runtime/gateway/index.ts";
import { appendAddress } from "../appendAddress.ts";
import { UserError } from "../errors.ts";
import { gatewayAddress } from "../serverAddress.ts";
import type { Entrance, StartOptions } from "../startServer.ts";
import { openAdminServer, type AdminServer, type AdminSource } from "./adminServer.ts";
import { openEntrance, type OpenEntrance } from "./entrances.ts";
import type { ProjectPlan } from "./projectPlan.ts";
import type { ServerLog } from "./serverLog.ts";

export type PortOptions = Pick<
  StartOptions,
  "environment" | "host" | "port" | "only" | "writeProxy"
>;

export interface PortUsers {
  /** Gets connections of which nothing is read. */
  readonly onConnection: (entrance: Entrance, socket: Socket) => void;
  /** What operators are told. */
  readonly admin: AdminSource;
  readonly log: Pick<ServerLog, "warn">;
}

export class Ports {
  private readonly options: PortOptions;
  private readonly entrances = new Map<Entrance, OpenEntrance>();
  private admin: AdminServer | undefined = undefined;

  constructor(options: PortOptions) {
    this.options = options;
  }

  /** Listens. @throws UserError when a port can't be had; those that were are still to be closed */
  async open(plan: ProjectPlan, users: PortUsers): Promise<void> {
    if (this.options.only !== "triggers") await this.openEntrances(plan, users);
    await this.openAdmin(plan, users);
  }

  /** Where the entrances are. */
  get addresses(): Readonly<Partial<Record<Entrance, GatewayAddress>>> {
    return Object.fromEntries(
      [...this.entrances].map(([entrance, { address }]) => [entrance, address]),
    );
  }

  /** Of the port for operators; `undefined` when there is none. */
  get adminUrl(): string | undefined {
    return this.admin?.url;
  }

  /** Whether a project wants other ports than another one. */
  areOthers(before: ProjectPlan, next: ProjectPlan): boolean {
    const [wantedBefore, wantedNext] = [before, next].map((plan) =>
      JSON.stringify([this.wantedAddress(plan), plan.config.writeProxyListen, plan.admin]),
    );
    return wantedBefore !== wantedNext;
  }

  /** Accepts nothing more. Operators are still answered. */
  closeEntrances(): void {
    for (const entrance of this.entrances.values()) entrance.close();
  }

  closeAdmin(): void {
    this.admin?.close();
  }

  private async openEntrances(plan: ProjectPlan, { onConnection }: PortUsers): Promise<void> {
    const { config, env } = plan;
    const wanted = {
      gateway: this.wantedAddress(plan),
      append: this.options.writeProxy ? appendAddress(config, env, false) : undefined,
    };
    for (const entrance of ["gateway", "append"] as const) {
      const address = wanted[entrance];
      if (address === undefined) continue;
      this.entrances.set(entrance, await openEntrance(entrance, address, onConnection));
    }
  }

  private async openAdmin({ admin }: ProjectPlan, users: PortUsers): Promise<void> {
    if (admin === undefined) return;
    try {
      this.admin = await openAdminServer(admin, users.admin);
    } catch (thrown) {
      if (admin.isWanted || !(thrown instanceof UserError)) throw thrown;
      users.log.warn(`${thrown.message}; there are no metrics (${thrown.hint ?? ""})`);
    }
  }

  private wantedAddress({ config, env }: ProjectPlan) {
    const { environment, host, port } = this.options;
    return gatewayAddress(config, environment, env, { host, port });
  }
}
