import { urlOf } from "../serverAddress.ts";
import type { PortOptions, Ports } from "./ports.ts";
import type { ProjectPlan } from "./projectPlan.ts";

/** What a server with workers says of itself once it serves. @returns Lines. */
export function greeting(
  { environment, only }: PortOptions,
  { config, count }: ProjectPlan,
  { addresses: { gateway, append }, adminUrl }: Pick<Ports, "addresses" | "adminUrl">,
): readonly string[] {
  const what =
    only === "triggers"
      ? `spacer runs the triggers of ${config.appName}`
      : `spacer is serving ${config.appName} on ${urlOf(gateway?.host ?? "", gateway?.port ?? 0)}`;
  return [
    `${what} (${environment}, ${count === 1 ? "1 worker" : `${String(count)} workers`})`,
    ...(append === undefined
      ? []
      : [`other programs append to topics on ${urlOf(append.host, append.port)}`]),
    ...(adminUrl === undefined ? [] : [`health and metrics are on ${adminUrl}`]),
  ];
}
