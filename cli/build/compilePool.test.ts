import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { execPath } from "node:process";
import { createTestCli, type TestCli } from "../context.testkit.ts";
import { compileFile, type FileInput } from "./compileFile.ts";
import { CompilePool } from "./compilePool.ts";

const INPUTS: readonly FileInput[] = Array.from({ length: 60 }, (_, index) => ({
  chunkName: `@app/f${String(index)}.lua`,
  source: `return function(args) return args.x + ${String(index)} end`,
  isGatewayFile: false,
  dialect: "openresty",
  resumesFrom: index % 2 === 0 ? "script" : "source",
}));

/** So much that processes are started. */
const MANY_BYTES = 10_000_000;

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

/** @param self What a process is started with. */
async function compileBy(self: readonly string[]) {
  const pool = new CompilePool({ ...cli.context, self });
  pool.expect(MANY_BYTES);
  expect(pool.hasHelpers).toBe(true);
  const files = await Promise.all(INPUTS.map((input) => pool.compile(input)));
  const { hasHelpers } = pool;
  pool.end();
  return { files, hasHelpers };
}

const expected = INPUTS.map(compileFile);

test("processes compile what is compiled here otherwise", async () => {
  const { files, hasHelpers } = await compileBy(cli.context.self);
  expect(hasHelpers).toBe(true);
  expect(files).toEqual(expected);
});

test.each([
  ["can't be started", ["/no/such/program"]],
  ["end at once", [execPath, "-e", "0", "--"]],
  [
    "end while they compile",
    [execPath, "-e", "process.once('message', () => process.exit(1))", "--"],
  ],
])("what processes leave undone that %s is done here", async (_, self) => {
  const { files, hasHelpers } = await compileBy(self);
  expect(hasHelpers).toBe(false);
  expect(files).toEqual(expected);
});

test("nobody waits for files after the end", async () => {
  const pool = new CompilePool({
    ...cli.context,
    self: [execPath, "-e", "process.on('message', () => 0)", "--"],
  });
  pool.expect(MANY_BYTES);
  let isCompiled = false;
  for (const input of INPUTS) void pool.compile(input).then(() => (isCompiled = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  pool.end();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(isCompiled).toBe(false);
});

test("the program of such a process is for no one else", () => {
  const [program = "", ...words] = cli.context.self;
  const helper = join(dirname(words.pop() ?? ""), "compileHelper.cjs");
  const { status, stderr } = spawnSync(program, [...words, helper], { encoding: "utf8" });
  expect(stderr).toBe("spacer: this program is for 'spacer build' to start, not for people\n");
  expect(status).toBe(1);
});
