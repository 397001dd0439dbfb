import { LuaError } from "../core/error.ts";
import type { LuaFunction } from "../core/value.ts";
import type { LuaTable } from "../core/table.ts";
import { record } from "../core/table.testkit.ts";
import type { AccessEntry } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { createTestGateway, type Row, type TestGatewayOptions } from "./gateway.testkit.ts";

const echo: LuaFunction = (args) => args;
const length: LuaFunction = (args) => {
  const text = (args as LuaTable).getString("a");
  return typeof text === "string" ? text.length : -1;
};
const ECHO_ROWS: readonly Row[] = [
  ["ANY", "/echo", "echo"],
  ["GET", "/length", "length"],
  ["GET", "/item/:id", "echo"],
];

async function withGateway(
  options: Partial<TestGatewayOptions>,
  run: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  const gateway = await createTestGateway({
    rows: ECHO_ROWS,
    modules: { echo, length },
    ...options,
  });
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
}

describe("hostile requests", () => {
  test("names that mean something to JavaScript are names", () =>
    withGateway({}, async (gateway) => {
      const names = [
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "length",
      ];
      for (const name of names) {
        const payload = `{"${name}":{"x":1},"a":{"${name}":2}}`;
        const { body } = await gateway.inject({ method: "POST", url: "/echo", payload });
        expect(body).toBe(`{"data":${payload}}\n`);
        expect((await gateway.inject(`/echo?${name}=1`)).body).toBe(`{"data":{"${name}":"1"}}\n`);
        expect((await gateway.inject(`/item/${name}`)).body).toBe(`{"data":{"id":"${name}"}}\n`);
      }
      expect(({} as { x?: unknown }).x).toBeUndefined();
    }));

  test("JSON nested 2000 deep is refused, 500 deep is not", () =>
    withGateway({}, async (gateway) => {
      const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      const post = (payload: string) => gateway.inject({ method: "POST", url: "/echo", payload });
      const tooDeep = await post(nested(2000));
      expect(tooDeep.statusCode).toBe(400);
      expect(tooDeep.body).toContain("invalid JSON body: ");
      const deep = await post(nested(500));
      expect(deep.statusCode).toBe(200);
      expect(deep.body).toBe(`{"data":${nested(500)}}\n`);
      expect((await post("[".repeat(100_000))).statusCode).toBe(400);
    }));

  test("a query of a megabyte, and one of many names", () =>
    withGateway({}, async (gateway) => {
      const { body } = await gateway.inject(`/length?a=${"x".repeat(1 << 20)}`);
      expect(body).toBe(`{"data":${String(1 << 20)}}\n`);
      const startMs = performance.now();
      const names = Array.from({ length: 100_000 }, (_, i) => `n${String(i)}=%41&`).join("");
      const many = await gateway.inject(`/length?${names}a=1234`);
      expect(many.body).toBe('{"data":4}\n');
      expect(performance.now() - startMs).toBeLessThan(3000);
    }));

  test("the last of duplicate keys in a body wins", () =>
    withGateway({}, async (gateway) => {
      const payload = '{"a":1,"a":2}';
      const { body } = await gateway.inject({ method: "POST", url: "/echo", payload });
      expect(body).toBe('{"data":{"a":2}}\n');
    }));

  test("NUL and bytes that are no UTF-8 pass through", () =>
    withGateway({}, async (gateway) => {
      const text = await gateway.inject("/item/a%00b%ffc?q=%00%fe");
      expect(text.rawPayload.toString("latin1")).toBe(
        '{"data":{"q":"\\u0000\xfe","id":"a\\u0000b\xffc"}}\n',
      );
      const payload = Buffer.from('{"a":"\xc3(\xff\\u0000"}', "latin1");
      const raw = await gateway.inject({ method: "POST", url: "/echo", payload });
      expect(raw.rawPayload.toString("latin1")).toBe('{"data":{"a":"\xc3(\xff\\u0000"}}\n');
    }));

  test("the path can't name the gateway's own routes", () =>
    withGateway({}, async (gateway) => {
      for (const path of ["/=direct", "/=malformed", "/%3Ddirect", "/=3ddirect"]) {
        expect((await gateway.inject(path)).statusCode).toBe(404);
      }
    }));

  test("a body above the limit", () =>
    withGateway({ bodyLimitBytes: 100 }, async (gateway) => {
      const post = (size: number) =>
        gateway.inject({ method: "POST", url: "/echo", payload: JSON.stringify("x".repeat(size)) });
      expect((await post(98)).statusCode).toBe(200);
      const refused = await post(99);
      expect(refused.statusCode).toBe(413);
      expect(refused.body).toBe('{"error":"request body is larger than 100 bytes"}\n');
      expect(refused.headers["content-type"]).toBe("application/json");
    }));
});

describe("methods", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const)(
    "%s with a body",
    (method) =>
      withGateway({}, async (gateway) => {
        const { statusCode, body } = await gateway.inject({
          method,
          url: "/echo",
          payload: '{"a":1}',
        });
        expect([statusCode, body]).toEqual([200, '{"data":{"a":1}}\n']);
      }),
  );

  test("HEAD is GET without the body", () =>
    withGateway({}, async (gateway) => {
      const head = await gateway.inject({ method: "HEAD", url: "/item/7" });
      const get = await gateway.inject("/item/7");
      expect([head.statusCode, head.body]).toEqual([200, ""]);
      expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
    }));

  test("a method without a row is not found", () =>
    withGateway({}, async (gateway) => {
      for (const method of ["POST", "OPTIONS", "TRACE"] as const) {
        const { statusCode, body } = await gateway.inject({ method, url: "/item/7" });
        expect([statusCode, body]).toEqual([404, '{"error":"not found"}\n']);
      }
    }));
});

describe("the access log", () => {
  test("one entry per request, without query and token", async () => {
    const entries: AccessEntry[] = [];
    const onRequest = ({ invocation: _call, ...entry }: AccessEntry) => entries.push(entry);
    await withGateway({ onRequest, internalToken: "t0ken" }, async (gateway) => {
      await gateway.inject("/item/a%20b?spacer_internal_token=wrong&x=1");
      await gateway.inject("/echo?spacer_internal_token=t0ken");
      await gateway.inject("/nowhere");
      await gateway.inject("/%zz");
      await gateway.inject({ method: "POST", url: "/echo", payload: "{" });
    });
    expect(entries).toEqual([
      {
        status: 200,
        method: "GET",
        path: "/item/a%20b",
        route: "/item/:id",
        functionName: "echo",
        durationMs: ms(),
      },
      { status: 200, method: "GET", path: "/echo", functionName: "echo", durationMs: ms() },
      { status: 404, method: "GET", path: "/nowhere", durationMs: ms() },
      { status: 400, method: "GET", path: "/%zz", durationMs: ms() },
      { status: 400, method: "POST", path: "/echo", durationMs: ms() },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/t0ken|wrong/);
  });

  test("a failure is told in full, in production too", async () => {
    const entries: AccessEntry[] = [];
    const onRequest = (entry: AccessEntry) => entries.push(entry);
    const fails: LuaFunction = () => {
      throw new LuaError("app/f.lua:3: secret");
    };
    const options = { onRequest, mode: "production", modules: { echo: fails } } as const;
    await withGateway(options, async (gateway) => {
      const { statusCode, body } = await gateway.inject("/echo");
      expect([statusCode, body]).toEqual([500, '{"error":"We\'re sorry, something went wrong"}\n']);
    });
    expect(entries).toMatchObject([{ status: 500, failure: { text: "app/f.lua:3: secret" } }]);
  });
});

describe("bugs of ours", () => {
  const modules = {
    echo: () => {
      throw new TypeError("secret of the insides");
    },
  };

  test("are reported, and the client is told nothing", async () => {
    const bugs: unknown[] = [];
    const onBug = (thrown: unknown) => bugs.push(thrown);
    await withGateway({ modules, onBug }, async (gateway) => {
      const { statusCode, body, headers } = await gateway.inject("/echo");
      expect([statusCode, body]).toEqual([500, '{"error":"Internal Server Error"}\n']);
      expect(headers["content-type"]).toBe("application/json");
    });
    expect(bugs).toEqual([new TypeError("secret of the insides")]);
  });

  test("in a log do not reach the client", async () => {
    const bugs: unknown[] = [];
    const onBug = (thrown: unknown) => bugs.push(thrown);
    const onRequest = () => {
      throw new Error("disk full");
    };
    await withGateway({ onRequest, onBug }, async (gateway) => {
      expect((await gateway.inject("/item/1")).body).toBe('{"data":{"id":"1"}}\n');
    });
    expect(bugs).toEqual([new Error("disk full")]);
  });
});

test("two gateways in one process share nothing", async () => {
  const counter = (): LuaFunction => {
    let count = 0;
    return () => ++count;
  };
  const rows: Row[] = [["GET", "/count", "count"]];
  const first = await createTestGateway({
    rows,
    modules: { count: counter() },
    mode: "production",
  });
  const second = await createTestGateway({
    rows: [...rows, ["GET", "/more", "more"]],
    modules: { count: counter(), more: () => record({}) },
  });
  const bodies = async (gateway: Gateway, path: string) => (await gateway.inject(path)).body;
  expect(await bodies(first, "/count")).toBe('{"data":1}\n');
  expect(await bodies(first, "/count")).toBe('{"data":2}\n');
  expect(await bodies(second, "/count")).toBe('{"data":1}\n');
  expect(await bodies(second, "/more")).toBe('{"data":{}}\n');
  expect(await bodies(first, "/more")).toBe('{"error":"not found"}\n');
  await first.close();
  expect(await bodies(second, "/count")).toBe('{"data":2}\n');
  await second.close();
});

function ms(): number {
  return expect.any(Number) as number;
}
