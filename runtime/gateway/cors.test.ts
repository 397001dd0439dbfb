import type { CorsRules } from "./cors.ts";
import { closeAll, openLuaGateway } from "./own/luaGateway.testkit.ts";

afterEach(closeAll);

const RULES: CorsRules = {
  origins: ["https://shop.example"],
  methods: ["GET", "POST"],
  headers: undefined,
  credentials: false,
  maxAgeSeconds: undefined,
};

const FUNCTIONS = {
  f: "return 1",
  own: "ngx.header.vary = 'Accept-Language, origin' ngx.say('x')",
  fails: "error('no')",
};

/** @returns Status, body, and the headers that matter. */
async function ask(rules: Partial<CorsRules>, method: string, url: string, headers: object) {
  const { gateway, entries } = await openLuaGateway(FUNCTIONS, { cors: { ...RULES, ...rules } });
  const reply = await gateway.inject({ method: method as "GET", url, headers: { ...headers } });
  const shown = Object.entries(reply.headers).filter(([name]) =>
    /^access-control|^vary/.test(name),
  );
  return {
    status: reply.statusCode,
    body: reply.body,
    headers: Object.fromEntries(shown),
    entries,
  };
}

const ORIGIN = { origin: "https://shop.example" };
const QUESTION = { ...ORIGIN, "access-control-request-method": "POST" };

test.each([["/f"], ["/fails"], ["/nowhere"], ["/own"]])(
  "a reply of %s may be read",
  async (url) => {
    const { headers } = await ask({}, "GET", url, ORIGIN);
    expect(headers).toEqual({
      "access-control-allow-origin": "https://shop.example",
      vary: url === "/own" ? "Origin, Accept-Language" : "Origin",
    });
  },
);

test("by nobody else, though it is given; caches are told in any case", async () => {
  for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null" }]) {
    const reply = await ask({}, "GET", "/f", headers);
    expect(reply).toMatchObject({ status: 200, headers: { vary: "Origin" } });
    expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
  }
});

test("a question is answered without a function, and logged", async () => {
  const reply = await ask({ maxAgeSeconds: 600 }, "OPTIONS", "/fails", {
    ...QUESTION,
    "access-control-request-headers": "x-a,content-type",
  });
  expect(reply).toMatchObject({ status: 204, body: "" });
  expect(reply.headers).toEqual({
    "access-control-allow-origin": "https://shop.example",
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "x-a,content-type",
    "access-control-max-age": "600",
    vary: "Origin, Access-Control-Request-Headers",
  });
  expect(reply.entries).toMatchObject([{ status: 204, method: "OPTIONS", path: "/fails" }]);
});

test("headers that are listed are told, whatever is asked for", async () => {
  const { headers } = await ask({ headers: ["X-A"] }, "OPTIONS", "/f", QUESTION);
  expect(headers).toMatchObject({ "access-control-allow-headers": "X-A", vary: "Origin" });
});

test("a question of another origin is refused", async () => {
  const reply = await ask({}, "OPTIONS", "/f", { ...QUESTION, origin: "https://evil.example" });
  expect(reply).toMatchObject({ status: 403, headers: { vary: "Origin" } });
  expect(reply.body).toBe('{"error":"pages of this origin may not use it"}\n');
});

test("OPTIONS that is no question is a request like any other", async () => {
  expect(await ask({}, "OPTIONS", "/f", ORIGIN)).toMatchObject({
    status: 200,
    body: '{"data":1}\n',
  });
});

test("all origins need no Vary, credentials are told", async () => {
  const any = await ask({ origins: "*" }, "GET", "/f", ORIGIN);
  expect(any.headers).toEqual({ "access-control-allow-origin": "*" });
  const own = await ask({ credentials: true }, "GET", "/f", ORIGIN);
  expect(own.headers).toMatchObject({ "access-control-allow-credentials": "true" });
});

describe("rows with rules of their own", () => {
  const OTHER = "https://other.example";

  async function openRows(rows: string, options: { cors?: CorsRules } = {}) {
    const opened = await openLuaGateway({ f: "return ngx.req.get_method()" }, { rows, ...options });
    return async (method: string, url: string, origin: string, asked?: string) => {
      const headers = { origin, ...(asked && { "access-control-request-method": asked }) };
      const reply = await opened.gateway.inject({ method: method as "GET", url, headers });
      const allowed = reply.headers["access-control-allow-origin"];
      const methods = reply.headers["access-control-allow-methods"];
      return [reply.statusCode, allowed, methods, reply.body.trim()].filter(Boolean).join(" ");
    };
  }

  test("a row's hold in place of those of the settings", async () => {
    const ask = await openRows(
      `{"GET", "/a", "f", cors = "${OTHER}"}, {"POST", "/a", "f"}, {"GET", "/b", "f", cors = false},
       {"PUT", "/c/:x", "f", cors = {origins = "*", headers = {"x-a"}, maxAge = 5}}, {"PUT", "/c/d", "f"}`,
      { cors: RULES },
    );
    const SHOP = "https://shop.example";
    expect(await ask("GET", "/a", OTHER)).toBe(`200 ${OTHER} {"data":"GET"}`);
    expect(await ask("GET", "/a", SHOP)).toBe('200 {"data":"GET"}');
    expect(await ask("POST", "/a", SHOP)).toBe(`200 ${SHOP} {"data":"POST"}`);
    expect(await ask("GET", "/b", SHOP)).toBe('200 {"data":"GET"}');
    // Each question has the answer of the route that it asks about.
    expect(await ask("OPTIONS", "/a", OTHER, "GET")).toBe(`204 ${OTHER} GET, HEAD`);
    expect(await ask("OPTIONS", "/a", OTHER, "POST")).toMatch(/^403 /);
    expect(await ask("OPTIONS", "/a", SHOP, "POST")).toBe(`204 ${SHOP} GET, POST`);
    expect(await ask("OPTIONS", "/b", SHOP, "GET")).toBe('404 {"error":"not found"}');
    expect(await ask("OPTIONS", "/c/1", "https://any.example", "PUT")).toBe("204 * PUT");
    expect(await ask("OPTIONS", "/c/d", "https://any.example", "PUT")).toMatch(/^403 /);
    // Of what is nowhere the settings say it.
    expect(await ask("OPTIONS", "/nowhere", SHOP, "GET")).toBe(`204 ${SHOP} GET, POST`);
  });

  test("a question about a row without rules goes to the function that has OPTIONS", async () => {
    const ask = await openRows(
      `{"GET", "/a", "f", cors = "${OTHER}"}, {"POST", "/b", "f"}, {"OPTIONS", "/b", "f"}, {"ANY", "/c", "f", cors = "${OTHER}"}`,
    );
    expect(await ask("OPTIONS", "/b", OTHER, "POST")).toBe('200 {"data":"OPTIONS"}');
    expect(await ask("OPTIONS", "/b", OTHER)).toBe('200 {"data":"OPTIONS"}');
    expect(await ask("OPTIONS", "/c", OTHER, "PATCH")).toMatch(`204 ${OTHER} GET, HEAD, POST`);
    expect(await ask("OPTIONS", "/c", OTHER, "BREW")).toMatch(`204 ${OTHER} GET, HEAD, POST`);
    expect(await ask("OPTIONS", "/c", OTHER)).toBe(`200 ${OTHER} {"data":"OPTIONS"}`);
    expect(await ask("GET", "/c", OTHER)).toBe(`200 ${OTHER} {"data":"GET"}`);
  });

  test.each([
    [
      "true",
      "has no origins in 'cors'; write cors = {origins = {\"https://shop.example\"}}, or cors = false",
    ],
    ["{}", "has no origins in 'cors'"],
    ["{origins = {}}", "has no origins in 'cors'"],
    ["{origins = 1}", "has no origins in 'cors'"],
    ["{'https://a.example', 1}", "has no origins in 'cors'"],
    ["'shop.example'", "has 'shop.example' in 'cors', which is no origin"],
    [
      "{origin = '*'}",
      "has the unknown field 'origin' in 'cors'; there are origins, headers, credentials, maxAge",
    ],
    ["{origins = '*', credentials = true}", "has credentials for all origins in 'cors'"],
    ["{origins = '*', credentials = 1}", "has a number as 'credentials' in 'cors'"],
    ["{origins = '*', headers = 'a b'}", "has 'headers' in 'cors' that are no names of headers"],
    ["{origins = '*', maxAge = '1h'}", "has a 'maxAge' in 'cors' that is no number of seconds"],
    ["{origins = '*', maxAge = 0/0}", "has a 'maxAge' in 'cors' that is no number of seconds"],
  ])("cors = %s is refused", async (cors, problem) => {
    await expect(openRows(`{"GET", "/a", "f", cors = ${cors}}`)).rejects.toThrow(
      `row 1 ${problem}`,
    );
  });
});
