/**
 * The program, built as it is for those who install it, for tests that need it as a process of its own: so it starts as
 * fast as theirs.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { madeOnceSync, runFolder } from "./madeOnce.testkit.ts";

const repository = resolve(__dirname, "..");

/** The words that start the CLI, or the interpreter, as their sources are now. */
export function selfCommand(program: "index" | "lua" = "index"): readonly string[] {
  madeOnceSync("dist", build);
  madeOnceSync("cache", runOnce);
  return commandOf(program);
}

function build(path: string): void {
  const words = ["--import", "tsx", "docs/tools/build.ts", path];
  const options = { cwd: repository, encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(process.execPath, words, options);
  if (status !== 0) throw new Error(`the program can't be built:\n${stderr}`);
}

/** What runs of it is in the code cache from then on, also for processes that tests kill. */
const FIRST_PROGRAM = `
  local co = coroutine.wrap(function(...) coroutine.yield(("%d"):format(...)) error({}) end)
  print(pcall(co, 1), pcall(co), pcall(require, "nothing"), load("return ...")(2))
  for key, value in pairs({ 1, a = 2 }) do assert(key and value) end`;

function runOnce(): void {
  const [program = "", ...words] = commandOf("index");
  const options = { encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(program, [...words, "run", "-e", FIRST_PROGRAM], options);
  if (status !== 0) throw new Error(`the program does not run:\n${stderr}`);
}

function commandOf(program: "index" | "lua"): readonly string[] {
  return [process.execPath, "--stack-size=3900", join(runFolder(), `${program}.cjs`)];
}
