import { createTestCli } from "../context.testkit.ts";

test("each test file has dictionaries of its own, which are empty, and go by its clock", async () => {
  const cli = createTestCli();
  await cli.run("init", "hello");
  cli.write(
    "hello/config/application.yml",
    "spacerVersion: 1\nappName: hello\nsharedDicts: { c: 1MB }\n",
  );
  cli.write(
    "hello/app/count.lua",
    'return function() return (ngx.shared.c:incr("n", 1, 0, 60)) end',
  );
  cli.write(
    "hello/app/gateway.lua",
    'return {{"GET", "/hello", "hello"}, {"GET", "/count", "count"}}',
  );
  const file = `local lu, app = require "luaunit", require "spacer.test"
testT = {}
function testT:test_count()
  app.time.freeze(1e9)
  local function count() return app.request("GET", "/count").data end
  lu.assertEquals({count(), count(), ngx.shared.c:get("n")}, {1, 2, 2})
  lu.assertEquals(ngx.shared.c:ttl("n"), 60)
  app.time.advance(59)
  lu.assertEquals(count(), 3)
  app.time.advance(1)
  lu.assertEquals(count(), 1)
end
os.exit(lu.LuaUnit.run())
`;
  cli.write("hello/test/test_one.lua", file);
  cli.write("hello/test/test_two.lua", file);
  cli.clear();
  const code = await cli.run("test", "hello", "--jobs", "1");
  expect([code, cli.out, cli.err]).toEqual([
    0,
    expect.stringMatching(/ 3 files, 4 tests, 0 failures/),
    expect.anything(),
  ]);
  cli.dispose();
}, 120_000);
