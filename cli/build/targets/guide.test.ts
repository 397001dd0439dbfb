/** Holds the page on functions to the truth: its program, with the function that it builds, prints what it says. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build, removeBuilt } from "./built.testkit.ts";
import { functionTarget } from "./functionTarget.ts";
import { limits, opensslNames } from "./limits.ts";
import { builtinModules } from "../../../compiler/index.ts";

jest.setTimeout(60_000);

const page = readFileSync(resolve(__dirname, "../../../docs/guide/deploying-functions.md"), "utf8");

afterAll(removeBuilt);

function block(language: string, beginning: string): string {
  const found = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].find(
    ([, each, text = ""]) => each === language && text.startsWith(beginning),
  );
  if (found?.[2] === undefined) throw new Error(`the page has no ${beginning}`);
  return found[2];
}

test("the program that calls a function", async () => {
  const files = {
    "app/gateway.lua": block("lua", "-- app/gateway.lua"),
    "app/price.lua": block("lua", "-- app/price.lua"),
    "lib/prices.lua": block("lua", "-- lib/prices.lua"),
    "config/application.yml": block("yaml", "# config/application.yml"),
  };
  const { out } = await build(functionTarget, files);
  const root = dirname(out);
  writeFileSync(join(root, "call.mjs"), block("js", "// call.mjs"));
  const [command = "", ...lines] = block("console", "$ node").split("\n");
  const [, ...words] = command.slice("$ ".length).split(" ");
  const printed = execFileSync(process.execPath, words, { cwd: root, env: {}, encoding: "utf8" });
  expect(printed).toBe(lines.join("\n"));
});

test("what targets can't have are names that there are", () => {
  const names = Object.values(limits).flatMap((each) => each.flatMap((limit) => limit.names));
  const unknown = names.filter(
    (name) => !builtinModules.includes(name) && !/^(?:io|os|ngx)\.\w+$/.test(name),
  );
  expect(unknown).toEqual([]);
  expect(opensslNames.has("ngx.md5")).toBe(true);
});
