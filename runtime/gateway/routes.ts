/**
 * Rows of the gateway file as routes for Fastify's router, which tries static segments before
 * parameters before a wildcard, and goes back when a choice leads nowhere.
 *
 * Its pattern language has more than ours (several parameters a segment, regular expressions,
 * optional parts). None of it can be reached: static segments are written as routing paths
 * (path.ts), and parameters are numbered, their names kept here.
 */
import type { Hooks } from "./hooks.ts";
import { fromRoutingPath, toRoutingSegment } from "./path.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

export type Method = (typeof METHODS)[number];

/** What a row says about requests. */
export interface Pattern {
  readonly method: Method | "ANY";
  /** In the language of Fastify's router. Two rows for the same paths have the same. */
  readonly url: string;
  /** Names of the parameters, from left to right. */
  readonly parameters: readonly string[];
  readonly hasWildcard: boolean;
}

export interface Route extends Pattern {
  /** From 1. */
  readonly row: number;
  /** As it stands there. */
  readonly path: string;
  /** As `require` takes it. */
  readonly functionName: string;
  /** `undefined` when there are none. */
  readonly hooks?: Hooks | undefined;
}

/** Requests that are answered without a row: `/private/<name>`. */
export const PRIVATE_FOLDER = "private";

/** Reads method and path of a row. Returns what is wrong with the row when it is not right. */
export function parseRow(method: string, path: string): Pattern | string {
  if (!isMethod(method)) {
    const known = [...METHODS, "ANY"].join(", ");
    return `has the unknown method '${method}'; use one of ${known}`;
  }
  const segments = path.split("/").filter((segment) => segment !== "");
  const problem = pathProblem(path, segments);
  if (problem !== undefined) return problem;
  const parameters: string[] = [];
  const parts = segments.map((segment) => {
    if (!segment.startsWith(":") && !segment.startsWith("*")) return toRoutingSegment(segment);
    parameters.push(segment.slice(1));
    return segment.startsWith("*") ? "*" : `:${parameterKey(parameters.length - 1)}`;
  });
  const hasWildcard = parts.at(-1) === "*";
  return { method, url: `/${parts.join("/")}`, parameters, hasWildcard };
}

/**
 * The values of a route's parameters.
 *
 * @param matched What Fastify's router found.
 * @returns `undefined` when one stands for nothing, which it may not: all of the path "/".
 */
export function parameterValues(
  { parameters, hasWildcard }: Pattern,
  matched: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const values = parameters.map((_name, place) => {
    const isWildcard = hasWildcard && place === parameters.length - 1;
    return fromRoutingPath(matched[isWildcard ? "*" : parameterKey(place)] ?? "");
  });
  return values.includes("") ? undefined : values;
}

/** A method and a URL that Fastify shall know. */
export interface Registration {
  readonly method: Method;
  readonly route: Route;
}

/**
 * What each method's requests go to. ANY stands for the methods that have no row for the same
 * paths, and HEAD for a GET whose body nobody wants.
 */
export function registrationsOf(routes: readonly Route[]): readonly Registration[] {
  const registrations = new Map<string, Registration>();
  const add = (method: Method, route: Route) => {
    const key = `${method} ${route.url}`;
    if (!registrations.has(key)) registrations.set(key, { method, route });
  };
  for (const route of routes) if (route.method !== "ANY") add(route.method, route);
  for (const route of routes) if (route.method === "GET") add("HEAD", route);
  for (const route of routes) {
    if (route.method === "ANY") for (const method of METHODS) add(method, route);
  }
  return [...registrations.values()];
}

function pathProblem(path: string, segments: readonly string[]): string | undefined {
  if (/[?#]/.test(path)) {
    return `has a '?' or '#' in its path '${path}'; a path ends before the query`;
  }
  const names = new Set<string>();
  for (const [place, segment] of segments.entries()) {
    if (segment === "." || segment === "..") {
      return `has '${segment}' in its path '${path}', which no request can match`;
    }
    if (!/^[:*]/.test(segment)) continue;
    const name = segment.slice(1);
    if (name === "") return `has a '${segment}' without a name in its path '${path}'`;
    if (names.has(name)) return `has the parameter '${name}' twice in its path '${path}'`;
    names.add(name);
    if (segment.startsWith("*") && place < segments.length - 1) {
      return `has something after the wildcard '${segment}' in its path '${path}'; end it there`;
    }
  }
  if (segments[0] === PRIVATE_FOLDER && segments.length > 1) {
    return (
      `has the path '${path}', but requests to /private/ never come here: they call the ` +
      `functions in app/private/; choose another path`
    );
  }
  return undefined;
}

function isMethod(method: string): method is Method | "ANY" {
  return method === "ANY" || (METHODS as readonly string[]).includes(method);
}

function parameterKey(place: number): string {
  return `p${String(place)}`;
}
