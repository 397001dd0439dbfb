/** What each call of a function may use. */
import { DEFAULT_LIMITS } from "../runtime/triggers/index.ts";
import type { ProjectConfig } from "./config.ts";

export function limitsOf({ gateway: { cpuLimit, timeout } }: ProjectConfig) {
  return {
    cpuMs: cpuLimit ?? DEFAULT_LIMITS.cpuMs,
    timeoutMs: timeout ?? DEFAULT_LIMITS.timeoutMs,
  };
}
