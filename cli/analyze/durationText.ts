/** "850 µs", "12.3 ms", "1.20 s" */
export function durationText(durationMs: number): string {
  if (durationMs >= 1000) return `${digits(durationMs / 1000)} s`;
  return durationMs >= 1 ? `${digits(durationMs)} ms` : `${(durationMs * 1000).toFixed(0)} µs`;
}

/** Three that count. */
function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
