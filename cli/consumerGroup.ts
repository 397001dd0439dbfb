/** The name under which a project reads its topics. */
import type { ProjectConfig } from "./config.ts";

/** That of the settings, else the original's. */
export function consumerGroupOf({ consumerGroup, appName }: ProjectConfig): string {
  return consumerGroup ?? `spacer-${appName}`;
}
