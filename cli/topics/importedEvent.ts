/** A line of an import -> an event. */
import type { NewEvent } from "../../runtime/topics/index.ts";
import { jsonMembers } from "./jsonMembers.ts";

export interface ImportedEvent extends NewEvent {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads what `eventJson` writes. Only key and value must be there; partition, offset and time are the log's to give.
 *
 * @returns What is wrong with the line, if anything is.
 */
export function readEvent(line: string): ImportedEvent | string {
  const members = membersOf(line);
  if (typeof members === "string") return members;
  const key = parse(members.get("key"));
  if (key === undefined) return "'key' is missing";
  if (typeof key !== "string") return "'key' must be a text";
  const value = members.get("value");
  if (value === undefined) return "'value' is missing";
  const headers = parse(members.get("headers")) ?? {};
  if (!isHeaders(headers)) return "'headers' must be an object of texts";
  return { key, value, headers };
}

function membersOf(line: string): ReadonlyMap<string, string> | string {
  try {
    return jsonMembers(line) ?? "the line is no JSON object";
  } catch (error) {
    if (error instanceof SyntaxError) return `the line is no JSON: ${error.message}`;
    throw error;
  }
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function isHeaders(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.values(value ?? {}).every((text) => typeof text === "string")
  );
}
