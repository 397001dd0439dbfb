/** The router finds what Fastify's finds, for routes and paths at random. */
import findMyWay from "find-my-way";
import { parseRow, registrationsOf, type Route } from "../routes.ts";
import { Router } from "./router.ts";

/** Park and Miller's. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const SEGMENTS = ["a", "b", "ab", ":x", ":y", "a.b"];

function randomRoutes(random: (below: number) => number): Route[] {
  const routes = new Map<string, Route>();
  for (let row = 1; row <= 12; row++) {
    const names = new Set<string>();
    const segments = Array.from({ length: random(4) }, () => SEGMENTS[random(6)] as string).filter(
      (segment) => !segment.startsWith(":") || (!names.has(segment) && names.add(segment)),
    );
    if (random(4) === 0) segments.push("*rest");
    const path = `/${segments.join("/")}`;
    const method = ["GET", "GET", "POST", "ANY"][random(4)] as string;
    const pattern = parseRow(method, path);
    if (typeof pattern === "string") throw new Error(pattern);
    routes.set(`${method} ${pattern.url}`, {
      row,
      path,
      functionName: `f${String(row)}`,
      ...pattern,
    });
  }
  return [...routes.values()];
}

test("as Fastify's router", () => {
  const random = randomNumbers(20_261_127);
  let foundCount = 0;
  for (let round = 0; round < 300; round++) {
    const routes = randomRoutes(random);
    const router = new Router(routes);
    const theirs = findMyWay({ maxParamLength: 1 << 30 });
    for (const { method, route } of registrationsOf(routes)) {
      theirs.on(method, route.url, () => undefined, route);
    }
    for (let query = 0; query < 30; query++) {
      const length = random(5);
      const path = `/${Array.from({ length }, () => ["a", "b", "ab", "c", "a.b"][random(5)]).join("/")}`;
      const method = ["GET", "POST", "HEAD", "DELETE"][random(4)] as string;
      const found = router.find(method, path);
      const expected = theirs.find(method as "GET", path);
      // What stands for nothing is not answered (routes.ts).
      if (Object.values(expected?.params ?? {}).includes("")) continue;
      expect([path, found?.route]).toEqual([path, expected === null ? undefined : expected.store]);
      expect({ ...found?.params }).toEqual({ ...expected?.params });
      if (found !== undefined) foundCount++;
    }
  }
  expect(foundCount).toBeGreaterThan(1000);
});
