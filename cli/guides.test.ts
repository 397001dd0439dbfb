/** Holds the guide to the truth: its Lua files, in a new project, answer its curl lines as it says. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

const pages = [
  "getting-started.md",
  "deploying-functions.md",
  "development.md",
  "environment.md",
  "events.md",
  "gateway.md",
  "waiting.md",
  "tracing.md",
  "replies.md",
  "http.md",
  "database.md",
  "modules.md",
  "topics.md",
  "triggers.md",
  "production.md",
  "building.md",
  "../../README.md",
].map((name) => ({
  path: name,
  text: readFileSync(resolve(__dirname, "..", "docs/guide", name), "utf8"),
}));

interface Request {
  readonly command: string;
  readonly reply: string;
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, block = ""]) => block,
  );
}

/** Blocks that begin with "-- app/name.lua", "# config/application.yml", "# .env" or that is a comment of CSS with "public/name.css". */
function filesIn(text: string): { path: string; text: string }[] {
  const all = ["lua", "yaml", "sh", "css"].flatMap((language) => blocks(text, language));
  return all.flatMap((block) => {
    const path =
      /^(?:--|#|\/\*) ((?:app|lib|config|public)\/\S+\.(?:lua|yml|css)|\.env)(?: \*\/)?\n/.exec(
        block,
      )?.[1];
    return path === undefined ? [] : [{ path, text: block }];
  });
}

function requests(text: string): Request[] {
  return blocks(text, "console").flatMap((block) =>
    [...block.matchAll(/^\$ (curl .*)\n(.*)\n/gm)].map(([, command = "", reply = ""]) => ({
      command,
      reply,
    })),
  );
}

let cli: TestCli;
let ended: Promise<number> | undefined;

beforeEach(async () => {
  cli = createTestCli({ SPACER_WRITE_PROXY_LISTEN: ":0" });
  await cli.run("init", "hello");
  cli.clear();
});

afterEach(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

/** Where what the guide says of a port can be reached. */
async function urlFor(port: string): Promise<string> {
  const line = port === "9065" ? /append to topics on (http:\S+)/ : /serving on (http:\S+)/;
  const find = () => line.exec(cli.out)?.[1];
  await waitFor(
    () => find() !== undefined,
    () => cli.out + cli.err,
    30_000,
  );
  return find() ?? "";
}

/** Does what a curl line does, of which the guide uses -X, -H, -d, and -w for what is no body. */
async function perform(command: string): Promise<string> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const valueOf = (option: string) => {
    const place = words.indexOf(option);
    return place < 0 ? undefined : words[place + 1];
  };
  const [, port = "", path = ""] = /\blocalhost:(\d+)([^\s']*)/.exec(command) ?? [];
  const [header, value = ""] = (valueOf("-H") ?? "").split(/: */);
  const body = valueOf("-d");
  const response = await fetch((await urlFor(port)) + path, {
    method: valueOf("-X") ?? "GET",
    ...(header === "" || header === undefined ? {} : { headers: { [header]: value } }),
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
  });
  const text = await response.text();
  const shown = valueOf("-w");
  if (shown === undefined) return text.trimEnd();
  return shown
    .replace("%{http_code}", String(response.status))
    .replace("%{content_type}", response.headers.get("content-type") ?? "");
}

test.each(pages)("$path", async ({ text }) => {
  for (const file of filesIn(text)) cli.write(join("hello", file.path), file.text);
  ended = cli.run("dev", "hello", "--port", "0");
  const all = requests(text);
  expect(all.length).toBeGreaterThan(0);
  for (const { command, reply } of all) {
    let answer = await perform(command);
    // What triggers do takes a moment.
    const deadlineMs = performance.now() + 10_000;
    while (answer !== reply && !command.includes("-X") && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = await perform(command);
    }
    expect([command, answer]).toEqual([command, reply]);
  }
});
