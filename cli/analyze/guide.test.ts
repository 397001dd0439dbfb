/** Holds docs/guide/tracing.md to the truth: after its requests the access log has the lines that it shows. (The rest of it: cli/guides.test.ts.) */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseLine } from "../accessLog/parseLine.ts";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

const GUIDE = readFileSync(resolve(__dirname, "../../docs/guide/tracing.md"), "utf8");

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  for (const [, path = "", text = ""] of GUIDE.matchAll(/^```lua\n-- (\S+)\n(.*?)^```/gms)) {
    cli.write(path, text);
  }
});

afterEach(() => {
  cli.dispose();
});

test("the log has the lines that the guide shows", async () => {
  const ended = cli.run("start", ".", "--port", "0", "--env", "production");
  await waitFor(
    () => cli.out.includes("serving"),
    () => cli.out + cli.err,
    30_000,
  );
  const url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
  const paths = [...GUIDE.matchAll(/^\$ curl localhost:3000(\S+)$/gm)].map(([, path = ""]) => path);
  expect(paths).toHaveLength(2);
  for (const path of paths) await fetch(url + path);
  cli.interrupt();
  expect(await ended).toBe(0);

  const kindOf = (line: string) => {
    const { status, method, path, name, parentId } = parseLine(line) ?? {};
    return [status, method, path, name, parentId === "-"];
  };
  const shown = [...GUIDE.matchAll(/^\[200\] .*$/gm)].map(([line]) => kindOf(line));
  expect(shown).toHaveLength(3);
  const logged = readFileSync(join(cli.cwd, "logs/access.log"), "utf8").split("\n");
  const first = logged.slice(0, 3).map(kindOf);
  expect(first[2]).toEqual(shown[2]);
  // While modules are loaded, the shorter wait may begin late.
  expect(first.sort()).toEqual(shown.sort());
}, 60_000);
