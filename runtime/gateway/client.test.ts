import type { IncomingMessage } from "node:http";
import { createClientFinder, type ProxyTrust } from "./client.ts";
import { closeAll, openLuaGateway } from "./own/luaGateway.testkit.ts";

afterEach(closeAll);

function find(trust: ProxyTrust | undefined, own: string, headers: Record<string, string>) {
  const request = { socket: { remoteAddress: own }, headers } as unknown as IncomingMessage;
  return createClientFinder(trust)(request);
}

test.each<[ProxyTrust | undefined, string, string, string]>([
  [undefined, "10.0.0.1", "1.1.1.1", "10.0.0.1"],
  [true, "10.0.0.1", "3.3.3.3, 2.2.2.2 ,1.1.1.1", "3.3.3.3"],
  [true, "10.0.0.1", "", "10.0.0.1"],
  [1, "10.0.0.1", "3.3.3.3, 2.2.2.2", "2.2.2.2"],
  [2, "10.0.0.1", "3.3.3.3, 2.2.2.2", "3.3.3.3"],
  [9, "10.0.0.1", "3.3.3.3, 2.2.2.2", "3.3.3.3"],
  [["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 2.2.2.2, 10.0.0.2", "2.2.2.2"],
  [["10.0.0.0/8"], "11.0.0.1", "2.2.2.2", "11.0.0.1"],
  [["loopback", "uniquelocal"], "::1", "2.2.2.2, 192.168.1.1", "2.2.2.2"],
  [["127.0.0.1"], "::ffff:127.0.0.1", "2.2.2.2", "2.2.2.2"],
  [["fc00::/7"], "fd00::1", "[2001:db8::1]:443", "2001:db8::1"],
  [["10.0.0.1"], "10.0.0.1", "2.2.2.2:8080", "2.2.2.2"],
  [true, "10.0.0.1", "unknown", "10.0.0.1"],
  [true, "10.0.0.1", "2.2.2.2, <script>", "10.0.0.1"],
])("%j: %s says %j, which makes it %s", (trust, own, said, expected) => {
  expect(find(trust, own, said === "" ? {} : { "x-forwarded-for": said }).address).toBe(expected);
});

test("scheme and host are believed of the nearest proxy only, and only if they are some", () => {
  const headers = {
    "x-forwarded-proto": "http, https",
    "x-forwarded-host": "evil, shop.example:81",
  };
  expect(find(1, "10.0.0.1", headers)).toMatchObject({
    isEncrypted: true,
    host: "shop.example:81",
  });
  expect(find(["11.0.0.1"], "10.0.0.1", headers)).toMatchObject({
    isEncrypted: false,
    host: undefined,
  });
  expect(find(true, "10.0.0.1", { "x-forwarded-host": "a b/<>" }).host).toBeUndefined();
});

test("what is no network is refused", () => {
  expect(() => createClientFinder(["10.0.0.0/33"])).toThrow(
    "'10.0.0.0/33' is no address and no network",
  );
});

const TELL = "return {ngx.var.remote_addr, ngx.var.scheme, ngx.var.host, ngx.var.https}";
const HEADERS = {
  host: "inside",
  "x-forwarded-for": "2.2.2.2",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "Shop.example",
};

test.each([
  [undefined, '{"data":["127.0.0.1","http","inside",""]}\n', "127.0.0.1"],
  [true as const, '{"data":["2.2.2.2","https","shop.example","on"]}\n', "2.2.2.2"],
])("with trust %j functions and the log see the same client", async (trustProxy, body, address) => {
  const spans: (string | undefined)[] = [];
  const { gateway } = await openLuaGateway(
    { f: TELL },
    { trustProxy, onSpan: (span) => spans.push(span.trace.client?.address) },
  );
  const reply = await gateway.inject({ url: "/f", headers: HEADERS });
  expect(reply.body).toBe(body);
  expect(spans).toEqual([address]);
});

test("private functions are not for whom a proxy forwards, whatever address it names", async () => {
  const { gateway } = await openLuaGateway({ f: "return 1" }, { trustProxy: true });
  const status = async (headers: Record<string, string>) =>
    (await gateway.inject({ url: "/private/x", headers })).statusCode;
  expect(await status({})).toBe(404);
  expect(await status({ "x-forwarded-for": "127.0.0.1" })).toBe(403);
});
