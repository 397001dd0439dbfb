/** How far a replay has come, for a terminal. */
import { Writable } from "node:stream";
import type { Progress } from "../progress.ts";
import type { Tally } from "./tally.ts";

/** "1200 of 50000 events, 812/s, 1 min left"; @param total `undefined` when it is not known. */
export function progressText({ events, durationMs }: Tally, total: number | undefined): string {
  const perSecond = events / (durationMs / 1000);
  const rate = `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
  if (total === undefined) return `${String(events)} events, ${rate}`;
  const left = perSecond > 0 ? `, ${duration((total - events) / perSecond)} left` : "";
  return `${String(events)} of ${String(total)} events, ${rate}${left}`;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  const minutes = seconds / 60;
  return minutes < 100 ? `${minutes.toFixed(0)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** For what others write meanwhile: it does not get mixed up with the progress. */
export function besideProgress(stream: Writable, progress: Progress): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      progress.clear();
      stream.write(chunk, done);
    },
  });
}
