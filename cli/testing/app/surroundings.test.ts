/** Time, randomness and topics of a test file. */
import { createTestProject, type TestProjectCli } from "./testProject.testkit.ts";

// Some spend the CPU time of a function.
jest.setTimeout(30_000);

let project: TestProjectCli;

beforeAll(() => {
  project = createTestProject({
    "app/gateway.lua": `return {
      {"GET", "/slow", "slow"}, {"GET", "/now", "now"}, {"GET", "/spin", "spin"}, {"POST", "/orders", "order"},
      {"GET", "/later", "later"}, {"GET", "/id", "id"}, {"GET", "/dated", "dated"},
    }`,
    "app/slow.lua": `local ngx = require "ngx"
      return function(args)
        local before = ngx.now()
        ngx.sleep(tonumber(args.seconds))
        return ngx.now() - before
      end`,
    "app/now.lua":
      "return function() return {os.time(), require 'ngx'.time(), os.date('!%F %T')} end",
    "app/spin.lua": "return function() while true do end end",
    "app/id.lua": "return function() return {require 'ngx'.var.request_id, math.random(1e9)} end",
    "app/dated.lua":
      "return function() ngx.header.date = ngx.http_time(86400) ngx.header.expires = ngx.http_time(ngx.time() + 60) return 1 end",
    "app/later.lua": `local ngx, topics = require "ngx", require "topics"
      return function()
        assert(ngx.timer.at(60, function(premature)
          if not premature then topics.append("orders", {late = {n = 1}}) end
        end))
      end`,
    "app/order.lua": `local topics = require "topics"
      return function(args) return topics.append("orders", {[args.id] = {n = args.n}}) end`,
    "app/bill.lua": `local topics = require "topics"
      tries = {}
      return function(args, event)
        tries[event.key] = (tries[event.key] or 0) + 1
        if args.n == 13 then error("unlucky") end
        if args.n == 7 and tries[event.key] < 3 then error("not yet") end
        topics.append("mails", {{key = event.key, value = {total = args.n * 10}}})
      end`,
    "app/missing_handler/none.lua": "",
  });
});

afterAll(() => {
  project.cli.dispose();
});

test("replies are dated by the test's clock, unless a function dates them", async () => {
  const lines = await project.run(`
    app.time.freeze("2030-01-31T12:00:00Z")
    print(app.request("GET", "/now").headers.date)
    print(app.request("GET", "/nowhere").headers.date)
    app.request("GET", "/slow?seconds=20")
    print(app.request("GET", "/now").headers.date)
    local dated = app.request("GET", "/dated").headers
    print(dated.date)
    print(dated.expires)
    app.time.unfreeze()
    print(app.request("GET", "/now").headers.date:find("31 Jan 2030"))
  `);
  expect(lines).toEqual([
    "Thu, 31 Jan 2030 12:00:00 GMT",
    "Thu, 31 Jan 2030 12:00:00 GMT",
    "Thu, 31 Jan 2030 12:00:20 GMT",
    "Fri, 02 Jan 1970 00:00:00 GMT",
    "Thu, 31 Jan 2030 12:01:20 GMT",
    "nil",
  ]);
});

test("a trace has an id that no other has, whatever the seed, or the one that the request brings", async () => {
  const lines = await project.run(`
    local ids = {}
    for i = 1, 2 do
      app.random.seed(7)
      ids[i] = app.request("GET", "/now").headers["x-spacer-trace-id"]
      print(#ids[i])
    end
    print(ids[1] ~= ids[2])
    print(app.request("GET", "/now", {headers = {["x-spacer-trace-id"] = "mine"}}).headers["x-spacer-trace-id"])
    app.request("POST", "/orders", {json = {id = "a", n = 1}, headers = {["x-spacer-trace-id"] = "mine"}})
    print(app.events("orders")[1].headers.trace)
  `);
  expect(lines).toEqual(["32", "32", "true", "mine", "mine"]);
});

test("a frozen clock is that of all code", async () => {
  const lines = await project.run(`
    app.time.freeze("2030-01-31T12:00:00Z")
    local data = app.request("GET", "/now").data
    print(data[1], data[2], data[3], os.time(), app.time.now())
    app.time.travel(-86400)
    print(os.date("!%F"), app.request("GET", "/now").data[3])
    app.time.freeze(0)
    print(os.time())
    app.time.unfreeze()
    print(os.time() > 1700000000)
  `);
  expect(lines).toEqual([
    "1896091200\t1896091200\t2030-01-31 12:00:00\t1896091200\t1896091200",
    "2030-01-30\t2030-01-30 12:00:00",
    "0",
    "true",
  ]);
});

test("while it stands, what sleeps sleeps in its time; timeouts and CPU budgets hold", async () => {
  const lines = await project.run(`
    app.time.freeze(1000)
    print(app.request("GET", "/slow?seconds=20").data, os.time())
    local reply = app.request("GET", "/slow?seconds=3600")
    print(reply.status, reply.error, os.time())
    print(app.request("GET", "/spin").error:match("CPU budget"))
    print(select(2, app.call("slow", {seconds = 40})))
    require "ngx".sleep(5)
    print(os.time())
  `);
  expect(lines).toEqual([
    "20\t1020",
    "504\tapp/slow.lua:4: the timeout of 30 s is over\t1050",
    "CPU budget",
    "app/slow.lua:4: the timeout of 30 s is over\t504",
    "1085",
  ]);
});

test("time that passes runs what is due, and a request that sleeps meanwhile ends", async () => {
  const lines = await project.run(`
    local ngx = require "ngx"
    app.time.freeze(0)
    local ticks = {}
    ngx.timer.every(10, function(premature) if not premature then ticks[#ticks + 1] = ngx.now() end end)
    local thread = ngx.thread.spawn(function() return app.request("GET", "/slow?seconds=25").data end)
    app.time.advance(24)
    print(table.concat(ticks, ","), coroutine.status(thread))
    app.time.advance(6)
    print(table.concat(ticks, ","), ngx.thread.wait(thread))
    print(pcall(app.time.advance, -1))
  `);
  expect(lines.slice(0, 2)).toEqual(["10,20\trunning", "10,20,30\ttrue\t25"]);
  expect(lines[2]).toMatch(/time only passes forwards/);
});

test.each(["1e300", "0/0", "'yesterday'", "'2030-01-31 12:00'", "{}"])(
  "%s is no time",
  async (time) => {
    const [line = ""] = await project.run(`print(select(2, pcall(app.time.freeze, ${time})))`);
    expect(line).toMatch(/bad argument #1 to .*(?:not a time: give seconds|number expected)/);
  },
);

test("a seed makes numbers and ids follow from it", async () => {
  const lines = await project.run(`
    local function draw()
      local data = app.request("GET", "/id").data
      return data[1] .. " " .. data[2] .. " " .. math.random()
    end
    local free = draw()
    app.random.seed(42) local first = draw()
    app.random.seed(42) print(first == draw(), first ~= free)
    app.random.seed(43) print(first ~= draw())
    app.reset()
    print(draw() ~= draw())
  `);
  expect(lines).toEqual(["true\ttrue", "true", "true"]);
});

test("luaunit gives time and randomness back after each test", async () => {
  const lines = await project.run(`
    local lu = require "luaunit"
    testT = {}
    function testT:setUp() app.time.freeze(5) end
    function testT:test_1() app.time.travel(100) lu.assertEquals(os.time(), 105) end
    function testT:test_2() lu.assertEquals(os.time(), 5) end
    test_3 = function() lu.assertTrue(os.time() > 1700000000) end
    os.exit(lu.LuaUnit.run("-o", "tap"))
  `);
  expect(lines.filter((line) => line.startsWith("ok"))).toHaveLength(3);
});

test("events are listed as they came, and triggers run when they are told to", async () => {
  const lines = await project.run(`
    for n = 1, 30 do app.request("POST", "/orders", {json = {id = "k" .. n % 20, n = n}}) end
    local keys = {}
    for i, event in ipairs(app.events "orders") do keys[i] = event.value.n end
    print(table.concat(keys, " "))
    print(#app.events("orders", "k3"), app.events("orders", "k3")[2].value.n, #app.events "mails")
    local run = app.run_triggers()
    print(run.handled, run.failed, #run.dead_letters)
    local letter = run.dead_letters[1]
    print(letter.key, letter.value.n, letter["function"], letter.attempts, letter.error)
    print(#app.events "mails", app.events("mails", "k7")[1].value.total, #app.dead_letters "orders")
    local again = app.run_triggers()
    print(again.handled, again.failed, #again.dead_letters, #app.dead_letters())
    app.clear_topics()
    print(#app.events "orders", #app.events "mails", #app.dead_letters())
    print(pcall(app.events, "odrers"))
  `);
  expect(lines).toEqual([
    Array.from({ length: 30 }, (_, index) => String(index + 1)).join(" "),
    "2\t23\t0",
    "29\t7\t1",
    "k13\t13\tbill\t5\tapp/bill.lua:5: unlucky",
    "29\t70\t1",
    "0\t0\t0\t1",
    "0\t0\t0",
    "false\ttest/test_it.lua:17: there is no topic 'odrers' (config/application.yml has orders, mails)",
  ]);
});

test("schedules run when they are told to, at the test's time", async () => {
  const scheduled = createTestProject({
    "config/application.yml": `spacerVersion: 1
appName: shop
topics: [ticks, others]
events: {ticks: {APPEND: [tick]}}
schedules:
  - {cron: "0 3 * * *", topic: ticks, key: cleanup, value: {deep: true}}
  - {cron: "0 4 * * *", topic: others, key: cleanup}
  - {cron: "0 5 * * *", topic: ticks, key: report}
`,
    "app/tick.lua": `local topics = require "topics"
      return function(args, event)
        topics.append("others", {[event.key] = {args, event.headers.producer, event.headers["scheduled-at"]}})
      end`,
  });
  try {
    const lines = await scheduled.run(`
      app.time.freeze("2030-01-31T03:00:00Z")
      print(app.run_schedule("cleanup", "ticks"), #app.events "ticks", #app.events "others")
      print(app.run_triggers().handled)
      local value = app.events("others", "cleanup")[1].value
      print(value[1].deep, value[2], value[3])
      print(app.run_schedule("cleanup"), app.run_schedule("report"), #app.events "ticks", #app.events "others")
      print(pcall(app.run_schedule, "claenup"))
      print(pcall(app.run_schedule, "report", "others"))
    `);
    expect(lines).toEqual([
      "1\t1\t0",
      "1",
      "true\tschedule\t2030-01-31T03:00:00.000Z",
      "2\t1\t3\t2",
      expect.stringMatching(/^false\t.*: no schedule has the key 'claenup' \(.*cleanup.*\)$/),
      expect.stringMatching(/^false\t.*: no schedule has the key 'report' and the topic 'others' /),
    ]);
    expect(await project.run(`print(pcall(app.run_schedule, "x"))`)).toEqual([
      expect.stringContaining("(a project names its schedules in config/application.yml)"),
    ]);
  } finally {
    scheduled.cli.dispose();
  }
});

test("events that all fail become dead letters, however many: no pause makes the test wait", async () => {
  const lines = await project.run(`
    local topics = require "topics"
    for n = 1, 40 do topics.append("orders", {["k" .. n] = {n = 13}}) end
    local run = app.run_triggers()
    print(run.handled, run.failed, #run.dead_letters)
  `);
  expect(lines).toEqual(["0\t200\t40"]);
}, 20_000);

test("settling takes timers that are due, triggers and what comes of both", async () => {
  const lines = await project.run(`
    app.time.freeze(0)
    app.call("later")
    local run = app.settle()
    print(run.handled, #app.events "orders")
    app.time.advance(60)
    print(#app.events "orders")
    print(app.events("orders")[1].timestamp)
    run = app.settle()
    print(run.handled, run.failed, #run.dead_letters, #app.events "mails")
  `);
  expect(lines).toEqual(["0\t0", "1", "60", "1\t0\t0\t1"]);
});

test("each file begins without events", async () => {
  expect(await project.run(`print(#app.events "orders")`)).toEqual(["0"]);
});

test("a function that is missing is told of", async () => {
  const broken = createTestProject({
    "app/gateway.lua": "return {}",
    "config/application.yml":
      "spacerVersion: 1\nappName: x\ntopics: [orders]\nevents: {orders: {APPEND: [nobody]}}\n",
  });
  try {
    const [line = ""] = await broken.run(`
      require "topics".append("orders", {a = 1})
      print(select(2, pcall(app.run_triggers)))
    `);
    expect(line).toMatch(
      /^test\/test_it\.lua:4: the events of topic 'orders' can't be handled: .*nobody/,
    );
  } finally {
    broken.cli.dispose();
  }
});

test("functions that never come to an end are told of", async () => {
  const endless = createTestProject({
    "app/gateway.lua": "return {}",
    "app/again.lua":
      "return function(args, event) require 'topics'.append('orders', {[event.key] = args}) end",
    "config/application.yml":
      "spacerVersion: 1\nappName: x\ntopics: [orders]\nevents: {orders: {APPEND: [again]}}\n",
  });
  try {
    const [line = ""] = await endless.run(`
      require "topics".append("orders", {a = 1})
      print(select(2, pcall(app.run_triggers)))
    `);
    expect(line).toMatch(/\d+ calls, and events are left \(does a function append to the topic/);
  } finally {
    endless.cli.dispose();
  }
}, 60_000);

test("without topics, without a gateway, and in programs that are no tests", async () => {
  const bare = createTestProject({
    "lib/x.lua": "return 1",
    "app/hello.lua": "return function() return 'hi' end",
    "config/application.yml": "spacerVersion: 1\nappName: x\n",
  });
  try {
    const lines = await bare.run(`
      print(app.run_triggers().handled, app.settle().handled)
      print(app.call("hello"))
      print(select(2, pcall(app.events, "x")))
      print((select(2, pcall(app.request, "GET", "/")):match("^[^\\n]*")))
    `);
    expect(lines.slice(0, 2)).toEqual(["0\t0", "hi"]);
    expect(lines[2]).toMatch(/: there are no topics \(a project names its topics in/);
    expect(lines[3]).toMatch(/gateway/);
    const { cli } = bare;
    cli.clear();
    cli.write("plain.lua", "print(select(2, pcall(require, 'spacer.test')))");
    await cli.run("run", "plain.lua");
    expect(cli.out).toContain("spacer.test is for the tests of a project: 'spacer test' runs them");
  } finally {
    bare.cli.dispose();
  }
});

test("Kafka is refused: nothing would begin empty there", async () => {
  const kafka = createTestProject({
    "app/gateway.lua": "return {}",
    "config/application.yml":
      "spacerVersion: 1\nappName: x\ntopics: [a]\nlogStorage: {test: {driver: kafka, brokers: [localhost]}}\n",
  });
  try {
    await expect(kafka.run("print(1)")).rejects.toThrow("tests can't use Kafka");
  } finally {
    kafka.cli.dispose();
  }
});
