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
