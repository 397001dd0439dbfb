import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HISTORY_LENGTH, historyFile, openHistory } from "./history.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-history-"));
  file = join(folder, "state/spacer/lua_history");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("the next session has what was typed, whatever is in it", () => {
  const history = openHistory(file);
  const typed = ["x = 1", 'print("\\n")', "function f()\n  return '\\\\'\nend", "ü"];
  for (const statement of typed) history.add(statement);
  expect(openHistory(file).statements).toEqual([...typed].reverse());
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("repetitions, and what begins with a space, are not kept", () => {
  const history = openHistory(file);
  for (const statement of ["a", "a", " secret", "", "b", "a"]) history.add(statement);
  openHistory(file).add("a");
  expect(readFileSync(file, "utf8")).toBe("a\nb\na\n");
});

test("several sessions keep what each of them had", () => {
  const [one, other] = [openHistory(file), openHistory(file)];
  one.add("1");
  other.add("2");
  one.add("3");
  expect(openHistory(file).statements).toEqual(["3", "2", "1"]);
});

test("a long file is set aside once, by whichever session finds it", () => {
  const [one, other] = [openHistory(file), openHistory(file)];
  one.add("first");
  writeFileSync(file, `${"x".repeat(600_000)}\nlast\n`);
  one.add("1");
  other.add("2");
  expect(readFileSync(file, "utf8")).toBe("1\n2\n");
  const { statements } = openHistory(file);
  expect(statements.slice(0, 3)).toEqual(["2", "1", "last"]);
});

test("while a session sets it aside, others do not", () => {
  openHistory(file).add("first");
  writeFileSync(file, `${"x".repeat(600_000)}\n`);
  const lock = `${file}.lock`;
  writeFileSync(lock, "");
  openHistory(file).add("1");
  expect(existsSync(`${file}.old`)).toBe(false);
  // Of a session that ended in the middle.
  utimesSync(lock, new Date(0), new Date(0));
  openHistory(file).add("2");
  openHistory(file).add("3");
  expect(readFileSync(file, "utf8")).toBe("3\n");
  expect(readFileSync(`${file}.old`, "utf8")).toMatch(/x\n1\n2\n$/);
});

test("not more than so many are there", () => {
  openHistory(file).add("first");
  writeFileSync(file, Array.from({ length: 2000 }, (_, index) => `${String(index)}\n`).join(""));
  const { statements } = openHistory(file);
  expect([statements.length, statements[0]]).toEqual([HISTORY_LENGTH, "1999"]);
});

test("without a place to write to there is none", () => {
  writeFileSync(join(folder, "state"), "a file");
  const history = openHistory(file);
  history.add("1");
  expect(history.statements).toEqual([]);
  expect(openHistory(undefined).statements).toEqual([]);
});

test.each([
  [{ XDG_STATE_HOME: "/s", HOME: "/h" }, "/s/spacer/lua_history"],
  [{ XDG_STATE_HOME: "relative", HOME: "/h" }, "/h/.local/state/spacer/lua_history"],
  [{ HOME: "/h" }, "/h/.local/state/spacer/lua_history"],
  [{ LOCALAPPDATA: "/l" }, "/l/spacer/lua_history"],
  [{}, undefined],
])("with %j it is %j", (env, path) => {
  expect(historyFile(env)).toBe(path);
});
