/** Times for people, as options read them (position.ts). */

/** "2026-11-26T12:00:05.123", in this machine's zone. @param timeMs In milliseconds since 1970. */
export function formatTime(timeMs: number): string {
  const time = new Date(timeMs);
  const local = new Date(timeMs - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1);
}
