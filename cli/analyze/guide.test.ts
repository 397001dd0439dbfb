/** Holds docs/guide/tracing.md to the truth: after the requests of the guide, its commands print what it says they do. */
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

/** What is printed, with "..." for what differs. */
function patternOf(output: string): RegExp {
  const parts = output.split("...").map((part) => part.replaceAll(/[\\^$*+?.()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*?")}$`);
}

test("the commands print what the guide says, and the log has the lines that it shows", async () => {
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

  const examples = [...GUIDE.matchAll(/^\$ spacer ([^\n]*)\n(.*?)^```/gms)];
  expect(examples).toHaveLength(2);
  for (const [, command = "", output = ""] of examples) {
    cli.clear();
    expect([await cli.run(...command.split(" ")), cli.err]).toEqual([0, ""]);
    expect(cli.out).toMatch(patternOf(output));
  }
});
