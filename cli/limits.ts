/** What each call of a function may use: anything while somebody may stop it in a debugger. */
import { DEFAULT_LIMITS } from "../runtime/triggers/index.ts";
import type { ProjectConfig } from "./config.ts";
import { isInspectorOpen } from "./debugging/inspector.ts";

export function limitsOf({ gateway: { cpuLimit, timeout } }: ProjectConfig) {
  if (isInspectorOpen()) return { cpuMs: Infinity, timeoutMs: Infinity };
  return {
    cpuMs: cpuLimit ?? DEFAULT_LIMITS.cpuMs,
    timeoutMs: timeout ?? DEFAULT_LIMITS.timeoutMs,
  };
}
