/** Expected values are those of Python's `uuid`. */
import { run } from "./ngx/program.testkit.ts";

test("random ones are valid and differ", () => {
  expect(
    run(`
      local uuid = require "uuid"
      local seen = {}
      for _ = 1, 200 do
        local id = uuid()
        assert(not seen[id] and uuid.is_valid(id) and #id == 36 and id:sub(15, 15) == "4", id)
        seen[id] = true
      end
      print(uuid.is_valid(uuid.generate_v4()), uuid.generate_v4() == uuid.generate_v4())
      math.randomseed(7) local first = uuid()
      math.randomseed(7) print(first == uuid(), uuid.seed(5), uuid.seed() == ngx.time())
      print(require "resty.jit-uuid" ~= nil, require("resty.jit-uuid").is_valid(first))
    `),
  ).toEqual(["true false", "false 5 true", "true true"]);
});

test("names in namespaces", () => {
  expect(
    run(`
      local uuid = require "uuid"
      local namespace = "e6ebd542-06ae-11e6-8e82-bba81706b27d"
      for _, name in ipairs { "hello", "foobar", "" } do
        print(uuid.generate_v3(namespace, name), uuid.generate_v5(namespace:upper(), name))
      end
      print(uuid.factory_v3(namespace)("hello"), uuid.factory_v5(namespace)("hello"))
      print(uuid.generate_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org"))
      print(uuid.generate_v3("6ba7b810", "a"))
      print(uuid.generate_v5(nil, "a"))
      print(uuid.factory_v5("6ba7b810-9dad-11d1-c0b4-00c04fd430c8"))
      print(uuid.generate_v5(namespace, 1))
      print(uuid.factory_v3(namespace)())
    `),
  ).toEqual([
    "3db7a435-8c56-359d-a563-1b69e6802c78 4850816f-1658-5890-8bfd-1ed14251f1f0",
    "e8d3eeba-7723-3b72-bbc5-8f598afa6773 c9be99fc-326b-5066-bdba-dcd31a6d01ab",
    "1737af27-749e-3ad5-989d-29cb53845460 4e908dfe-7009-5fc7-b5a1-70596ab960a4",
    "3db7a435-8c56-359d-a563-1b69e6802c78 4850816f-1658-5890-8bfd-1ed14251f1f0",
    "886313e1-3b8a-5372-9b90-0c9aee199e5d",
    "nil namespace must be a valid UUID",
    "nil namespace must be a valid UUID",
    "nil namespace must be a valid UUID",
    "nil name must be a string",
    "nil name must be a string",
  ]);
});

test("what is no UUID", () => {
  expect(
    run(`
      local uuid = require "uuid"
      for _, value in ipairs {
        "cbb297c0-a956-486d-ad1d-f9b42df9465a", "CBB297C0-A956-486D-AD1D-F9B42DF9465A",
        "cbb297c0-a956-486d-dd1d-f9b42df9465a", "cbb297c0-a956-486d-ad1d-f9bZZZZZZZZZ",
        "cbb297c0a956486dad1df9b42df9465a", "cbb297c0-a956-486d-ad1d-f9b42df9465a\\n", "", 5, true,
      } do
        print(uuid.is_valid(value))
      end
      print(uuid.is_valid(nil))
    `),
  ).toEqual(["true", "true", ...Array.from({ length: 8 }, () => "false")]);
});
