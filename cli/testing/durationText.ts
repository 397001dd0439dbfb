/** "12 ms", "1.5 s" */
export function durationText(durationMs: number): string {
  if (durationMs < 999.5) return `${durationMs.toFixed(0)} ms`;
  return `${String(Number((durationMs / 1000).toFixed(1)))} s`;
}
