import { join } from "node:path";
import { createTestCli, type TestCli } from "./context.testkit.ts";
import { readConfig } from "./config.ts";
import { ProjectLog } from "./projectLog.ts";

let cli: TestCli;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "shop");
  cli.clear();
});

afterEach(() => {
  cli.dispose();
});

function configure(...lines: readonly string[]): void {
  cli.write(
    "shop/config/application.yml",
    ["spacerVersion: 1", "appName: shop", ...lines, ""].join("\n"),
  );
}

const logFor = (environment: string): ProjectLog => {
  const root = join(cli.cwd, "shop");
  return new ProjectLog({ root, config: readConfig(root, {}), environment });
};

test("tests keep events in memory, each program its own", async () => {
  configure("topics: [visits]");
  cli.write(
    "shop/test/test_visits.lua",
    `local luaunit = require "luaunit"
     local topics = require "topics"
     testVisits = {}
     function testVisits.test_one()
       luaunit.assertEquals(#topics.read("visits"), 0)
       luaunit.assertEquals(topics.append("visits", {k = 1}), "ok")
       luaunit.assertEquals(topics.latest("visits", "k").value, 1)
     end
     os.exit(luaunit.LuaUnit.run())`,
  );
  for (let run = 0; run < 2; run++)
    expect([await cli.run("test", "shop", "test_visits"), cli.err]).toEqual([0, ""]);
}, 20_000);

test("a project without topics is told how to have some", async () => {
  cli.write("shop/a.lua", `print(pcall(require("topics").read, "visits"))`);
  expect(await cli.run("run", "--project", "shop", "a.lua")).toBe(0);
  expect(cli.out).toContain(
    "there are no topics (a project names its topics in config/application.yml)",
  );
});

test("a connString that is no URL is named as that", async () => {
  configure(
    "topics: [visits]",
    'logStorage: {production: {driver: postgres, connString: "postgres://shop@:5432/shop?host=/run"}}',
  );
  expect(await cli.run("start", "shop", "--env", "production", "--port", "0")).toBe(1);
  expect(cli.err).toContain("spacer: logStorage.production.connString is no URL\n");
});

test("production needs a database", async () => {
  configure("topics: [visits]");
  expect(await cli.run("start", "shop", "--env", "production", "--port", "0")).toBe(1);
  expect(cli.err).toContain("in production the topics need a database of their own");
  expect(cli.err).toContain("logStorage.production.connString");
});

test("a server does not start when its database can't be reached", async () => {
  configure(
    "topics: [visits]",
    "logStorage:",
    "  production: {driver: postgres, connString: 'postgres://nobody@127.0.0.1:1/none'}",
  );
  expect(await cli.run("start", "shop", "--env", "production", "--port", "0")).toBe(1);
  expect(cli.err).toContain("the event log can't be reached: ");
  expect(cli.err).toContain("ECONNREFUSED");
});

test("Kafka needs brokers, a password and files that are there", () => {
  const kafka = (...settings: readonly string[]): void => {
    configure(
      "topics: [visits]",
      "logStorage:",
      `  development: {driver: kafka, ${settings.join(", ")}}`,
    );
  };
  kafka("replicas: 1");
  expect(() => logFor("development")).toThrow("logStorage.development has no brokers");
  kafka("brokers: 'a:1'", "sasl: {mechanism: plain, username: shop}");
  expect(() => logFor("development")).toThrow("logStorage.development.sasl has no password");
  kafka("brokers: 'a:1'", "ssl: {ca: none.pem}");
  expect(() => logFor("development")).toThrow(/^logStorage\.development\.ssl\.ca: can't read /);
  kafka("brokers: ['a:1', 'b:2']", "ssl: true");
  expect(() => logFor("development")).not.toThrow();
});

test("a Kafka that can't be reached is named as what it is", async () => {
  configure(
    "topics: [visits]",
    "logStorage:",
    "  development: {driver: kafka, brokers: '127.0.0.1:1'}",
  );
  const log = logFor("development");
  await expect(log.open()).rejects.toMatchObject({
    name: "LogError",
    message: expect.stringMatching(/^the event log can't be reached: .*ECONNREFUSED/) as string,
  });
  await log.close();
}, 60_000);

test("only settings that concern the log make another one", () => {
  configure("topics: [visits]", "gateway: {port: 4000}");
  const log = logFor("development");
  configure("topics: [visits]", "gateway: {port: 4001}");
  expect(log.fits(readConfig(join(cli.cwd, "shop"), {}))).toBe(true);
  configure("topics: [visits, orders]");
  expect(log.fits(readConfig(join(cli.cwd, "shop"), {}))).toBe(false);
});

test("a log that is closed before it was used was never opened", async () => {
  configure("topics: [visits]");
  const log = logFor("development");
  await log.close();
  await expect(log.open()).rejects.toThrow("the topics were closed");
});
