import { parametersOf, parseRow, registrationsOf, type Route } from "./routes.ts";

describe("parseRow", () => {
  test("names the parameters by number, and the wildcard", () => {
    expect(parseRow("GET", "/teams/:team/users/:id/*rest")).toEqual({
      method: "GET",
      url: "/teams/:p0/users/:p1/*",
      parameters: ["team", "id", "rest"],
      hasWildcard: true,
    });
  });

  test.each([
    ["/", "/"],
    ["hello", "/hello"],
    ["//hello//", "/hello"],
    ["/v1.0/a-b", "/v1.0/a-b"],
    ["/at/x:y(z)?*".replace("?", ""), "/at/x=3ay=28z=29=2a"],
    ["/caf\xc3\xa9", "/caf=c3=a9"],
  ])("%s is %s", (path, url) => {
    expect(parseRow("GET", path)).toMatchObject({ url });
  });

  test.each([
    ["DELTE", "/x", "unknown method 'DELTE'; use one of GET, POST, PUT, PATCH, DELETE"],
    ["get", "/x", "unknown method 'get'"],
    ["GET", "/x?a=1", "a path ends before the query"],
    ["GET", "/:", "has a ':' without a name"],
    ["GET", "/a/*", "has a '*' without a name"],
    ["GET", "/:id/x/:id", "has the parameter 'id' twice"],
    ["GET", "/*rest/x", "has something after the wildcard '*rest'"],
    ["GET", "/a/../b", "which no request can match"],
    ["GET", "/private/x", "requests to /private/ never come here"],
  ])("%s %s is refused", (method, path, problem) => {
    expect(parseRow(method, path)).toContain(problem);
  });
});

describe("parametersOf", () => {
  const pattern = { method: "GET", url: "", parameters: ["a", "b"] } as const;

  test("decodes them", () => {
    const values = parametersOf({ ...pattern, hasWildcard: false }, { p0: "x=2fy", p1: "=ff" });
    expect([...(values ?? [])]).toEqual([
      ["a", "x/y"],
      ["b", "\xff"],
    ]);
  });

  test("refuses a wildcard that stands for nothing", () => {
    const wild = { ...pattern, hasWildcard: true };
    expect([...(parametersOf(wild, { p0: "x", "*": "y/z" }) ?? [])]).toEqual([
      ["a", "x"],
      ["b", "y/z"],
    ]);
    expect(parametersOf(wild, { p0: "x", "*": "" })).toBeUndefined();
  });
});

describe("registrationsOf", () => {
  const route = (row: number, method: Route["method"], url: string): Route => ({
    row,
    path: url,
    functionName: `f${String(row)}`,
    method,
    url,
    parameters: [],
    hasWildcard: false,
  });
  const served = (...routes: Route[]) =>
    registrationsOf(routes).map(
      ({ method, route: { row, url } }) => `${method} ${url} ${String(row)}`,
    );

  test("HEAD goes with GET", () => {
    expect(served(route(1, "GET", "/a"))).toEqual(["GET /a 1", "HEAD /a 1"]);
    expect(served(route(1, "GET", "/a"), route(2, "HEAD", "/a"))).toEqual([
      "GET /a 1",
      "HEAD /a 2",
    ]);
  });

  test("ANY gives way to every other row", () => {
    expect(served(route(1, "ANY", "/a"), route(2, "GET", "/a")).sort()).toEqual([
      "DELETE /a 1",
      "GET /a 2",
      "HEAD /a 2",
      "OPTIONS /a 1",
      "PATCH /a 1",
      "POST /a 1",
      "PUT /a 1",
    ]);
  });
});
