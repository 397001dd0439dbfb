/**
 * What the gateway keeps with requests and connections: properties of theirs, under symbols. A WeakMap would keep it
 * as well, but each entry in one costs V8's collector, which looks at all of them in each of its rounds (measured: 2 us of a
 * request).
 */
import type { Socket } from "node:net";
import type { Arrival } from "./arrival.ts";
import type { RequestedCall } from "./own/requestedCall.ts";
import type { RawRequest } from "./port.ts";
import type { Turn } from "./refusals.ts";

const ARRIVAL = Symbol("arrival");
const OUTER = Symbol("outer");
const LATEST = Symbol("latest");

type Attachable = RawRequest & { [ARRIVAL]?: Arrival; [OUTER]?: RequestedCall };
type AttachableSocket = Socket & { [LATEST]?: Turn | undefined };

export function attachArrival(request: RawRequest, arrival: Arrival): void {
  (request as Attachable)[ARRIVAL] = arrival;
}

export function arrivalOf(request: RawRequest): Arrival | undefined {
  return (request as Attachable)[ARRIVAL];
}

/** @param outer Who asks for the request. */
export function attachOuter(request: RawRequest, outer: RequestedCall): void {
  (request as Attachable)[OUTER] = outer;
}

export function outerOf(request: RawRequest): RequestedCall | undefined {
  return (request as Attachable)[OUTER];
}

/** @param turn The latest request on the connection, as long as that matters. */
export function attachLatest(socket: Socket, turn: Turn | undefined): void {
  (socket as AttachableSocket)[LATEST] = turn;
}

export function latestOf(socket: Socket): Turn | undefined {
  return (socket as AttachableSocket)[LATEST];
}
