/** A request as it is sent, and headers as they come. */
import type { Header } from "../../../functions/index.ts";
import type { WireRequest } from "./connection.ts";
import type { RequestPlan } from "./plan.ts";

/** @param trace Headers that tell of the trace; those of the program win. */
export function toWire(plan: RequestPlan, trace: Readonly<Record<string, string>>): WireRequest {
  const { method, url, body } = plan;
  const headers = plan.headers.flat();
  const has = new Set(plan.headers.map(([name]) => name.toLowerCase()));
  for (const [name, value] of Object.entries(trace)) if (!has.has(name)) headers.push(name, value);
  return { method, target: plan.target ?? `${url.pathname}${url.search}`, headers, body };
}

/** @param headers Names and values in turn. */
export function pairs(headers: readonly string[]): Header[] {
  const list: Header[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    list.push([headers[index] as string, headers[index + 1] as string]);
  }
  return list;
}
