/** A dead letter as JSON. */
import type { DeadLetter } from "../../runtime/topics/index.ts";
import { eventMembers, jsonObject, seconds } from "./json.ts";

export function letterJson(letter: DeadLetter): string {
  const { id, group, event, handler, attempts, error, traceback, timestampMs, isRedriven } = letter;
  return jsonObject({
    id: JSON.stringify(id),
    group: JSON.stringify(group),
    event: jsonObject({ topic: JSON.stringify(event.topic), ...eventMembers(event) }),
    function: JSON.stringify(handler),
    attempts: String(attempts),
    error: JSON.stringify(error),
    traceback: JSON.stringify(traceback ?? null),
    timestamp: JSON.stringify(seconds(timestampMs)),
    isRedriven: String(isRedriven),
  });
}
