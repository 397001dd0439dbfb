import { createTestCli, type TestCli } from "./context.testkit.ts";

let cli: TestCli;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "shop");
  cli.clear();
});

afterEach(() => cli.dispose());

function configure(...lines: readonly string[]): void {
  const text = ["spacerVersion: 1", "appName: shop", ...lines, ""].join("\n");
  cli.write("shop/config/application.yml", text);
}

const list = (...words: readonly string[]) => cli.run("topics", "list", ...words);

test("outside of a project", async () => {
  expect(await list()).toBe(1);
  expect(cli.err).toContain("spacer: this is no spacer project");
  expect(await list("--project", "none")).toBe(1);
  expect(cli.err).toContain("spacer: there is no folder none");
});

test("a project without topics is told how to have some", async () => {
  expect(await list("--project", "shop")).toBe(1);
  expect(cli.err).toBe(
    "spacer: this project has no topics\n  hint: config/application.yml names them: topics: [orders]\n",
  );
});

test("the environment is that of the option, else of SPACER_ENV", async () => {
  configure("topics: [orders]");
  expect(await list("--project", "shop", "--env", "production")).toBe(1);
  expect(cli.err).toContain("logStorage.production.connString");
  const production = createTestCli({ SPACER_ENV: "production" });
  expect(await production.run("topics", "list", "--project", `${cli.cwd}/shop`)).toBe(1);
  expect(production.err).toContain("logStorage.production.connString");
  production.dispose();
});

test("events in the memory of other processes can't be seen", async () => {
  configure("topics: [orders]", "logStorage: {development: {driver: memory}}");
  for (const env of ["development", "test"]) {
    cli.clear();
    expect(await list("--project", "shop", "--env", env)).toBe(1);
    expect(cli.err).toContain(
      `in the environment '${env}' events are in the memory of each program`,
    );
  }
});

test("what is wrong with the log is an error of the user", async () => {
  const connString = "postgres://nobody@127.0.0.1:1/none";
  configure(
    "topics: [orders]",
    `logStorage: {development: {driver: postgres, connString: '${connString}'}}`,
  );
  expect(await list("--project", "shop")).toBe(1);
  expect(cli.err).toMatch(/^spacer: the event log can't be reached: /);
});
