import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { list, record } from "../core/table.testkit.ts";
import { createTestState } from "../functions/state.testkit.ts";
import { GatewayError } from "./errors.ts";
import { readGatewayFile } from "./gatewayFile.ts";

async function problem(gateway: LuaValue): Promise<[code: string, message: string]> {
  const modules: Record<string, LuaValue> = gateway === undefined ? {} : { gateway };
  try {
    await readGatewayFile(createTestState(modules));
  } catch (thrown) {
    if (thrown instanceof GatewayError) return [thrown.code, thrown.message];
    throw thrown;
  }
  throw new Error("the gateway file was accepted");
}

test("reads the rows in their order", async () => {
  const rows = list(
    list("GET", "/hello", "hello"),
    list("ANY", "/users/:id", "controllers/users/any", "ignored"),
  );
  expect(await readGatewayFile(createTestState({ gateway: rows }))).toMatchObject([
    { row: 1, method: "GET", url: "/hello", functionName: "hello" },
    { row: 2, method: "ANY", url: "/users/:p0", parameters: ["id"] },
  ]);
});

test("an empty list is a gateway without routes", async () => {
  expect(await readGatewayFile(createTestState({ gateway: new LuaTable() }))).toEqual([]);
});

test("a missing file", async () => {
  expect(await problem(undefined)).toEqual([
    "gateway-missing",
    'app/gateway.lua is missing: it returns the list of routes, such as {{"GET", "/path", "function name"}}',
  ]);
});

const hello = list("GET", "/hello", "hello");

test.each<[LuaValue, string]>([
  [true, "it must return a list of routes such as"],
  ["text", "not a string"],
  [record({ hello }), "it must return a list of routes; 'hello' is no row number"],
  [list(hello, "GET"), 'row 2 is a string; write {"GET", "/path", "function name"}'],
  [list(list()), "row 1 has no method (value 1 is missing)"],
  [list(list("GET")), "row 1 has no path (value 2 is missing)"],
  [list(hello, list("GET", "/x")), "row 2 has no function name (value 3 is missing)"],
  [list(list("GET", "/x", 5)), "row 1 has no function name (value 3 is a number)"],
  [list(list("GET", "/x", "")), "row 1 has no function name (value 3 is empty)"],
  [list(hello, list("DELTE", "/x", "x")), "row 2 has the unknown method 'DELTE'; use one of GET"],
  [
    list(hello, list("POST", "/hello", "x"), list("GET", "//hello/", "y")),
    "row 3 matches the same requests as row 1; remove one",
  ],
  [
    list(list("GET", "/:a/x", "x"), list("GET", "/:b/x", "y")),
    "row 2 matches the same requests as row 1",
  ],
  [list(list("GET", "/caf\xc3\xa9?", "x")), "its path '/caf\u00e9?'"],
])("a wrong file (%#)", async (gateway, expected) => {
  const [code, message] = await problem(gateway);
  expect(code).toBe("gateway-invalid");
  expect(message).toMatch(/^app\/gateway\.lua: /);
  expect(message).toContain(expected);
});

test("a hole in the list does not shift the numbers of rows", async () => {
  const rows = new LuaTable();
  rows.setNumber(1, hello);
  rows.setNumber(3, list("GET", "/x"));
  expect((await problem(rows))[1]).toContain("row 3 has no function name");
});
