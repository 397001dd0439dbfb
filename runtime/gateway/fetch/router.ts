/**
 * Finds routes for paths, by the rules of Fastify's router (routes.ts), which makes code of texts and is not for every engine.
 *
 * There is a tree of segments for each method. A node is reached by one beginning of a path only, so a search visits none
 * twice, however often it goes back.
 */
import { registrationsOf, type Route } from "../routes.ts";

export interface Found {
  readonly route: Route;
  /** By the names in `Route.url`, a wildcard's as "*". */
  readonly params: Readonly<Record<string, string>>;
}

interface Node {
  readonly statics: Map<string, Node>;
  parameter: Node | undefined;
  /** What ends here; what takes the rest of the path, of one segment at least. */
  route: Route | undefined;
  wildcard: Route | undefined;
}

export class Router {
  private readonly roots = new Map<string, Node>();

  constructor(routes: readonly Route[]) {
    for (const { method, route } of registrationsOf(routes)) {
      let root = this.roots.get(method);
      if (root === undefined) this.roots.set(method, (root = newNode()));
      add(root, route);
    }
  }

  /** @param path A routing path (path.ts). */
  find(method: string, path: string): Found | undefined {
    const root = this.roots.get(method);
    return root === undefined
      ? undefined
      : search(root, { segments: segmentsOf(path), values: [] }, 0);
  }
}

function newNode(): Node {
  return { statics: new Map(), parameter: undefined, route: undefined, wildcard: undefined };
}

function segmentsOf(path: string): string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

function add(root: Node, route: Route): void {
  let node = root;
  for (const segment of segmentsOf(route.url)) {
    if (segment === "*") {
      node.wildcard = route;
      return;
    }
    if (segment.startsWith(":")) node = node.parameter ??= newNode();
    else {
      let next = node.statics.get(segment);
      if (next === undefined) node.statics.set(segment, (next = newNode()));
      node = next;
    }
  }
  node.route = route;
}

/** A path, and the values of the parameters on the way through it. */
interface Walk {
  readonly segments: readonly string[];
  readonly values: string[];
}

function search(node: Node, walk: Walk, place: number): Found | undefined {
  const { segments, values } = walk;
  const segment = segments[place];
  if (segment === undefined) {
    return node.route === undefined ? undefined : found(node.route, values);
  }
  const next = node.statics.get(segment);
  const byStatic = next === undefined ? undefined : search(next, walk, place + 1);
  if (byStatic !== undefined) return byStatic;
  const { parameter, wildcard } = node;
  if (parameter !== undefined) {
    values.push(segment);
    const byParameter = search(parameter, walk, place + 1);
    if (byParameter !== undefined) return byParameter;
    values.pop();
  }
  if (wildcard === undefined) return undefined;
  return found(wildcard, [...values, segments.slice(place).join("/")]);
}

function found(route: Route, values: readonly string[]): Found {
  const names = route.url.split("/").filter((segment) => /^[:*]/.test(segment));
  const params = names.map((name, place) => [name.replace(/^:/, ""), values[place] ?? ""] as const);
  return { route, params: Object.fromEntries(params) };
}
