/** What the NAMES of `spacer test` select: files, and tests within them. */
import { readdirSync } from "node:fs";
import { join, normalize } from "node:path";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { suggest } from "../suggestion.ts";

/** From the root of a project. */
export const TEST_FOLDER = "test";

export interface Selection {
  /** Paths from the root, in order. */
  readonly files: readonly string[];
  /** Classes ("testT"), methods ("testT.test_ret") and functions; none selects all tests. */
  readonly tests: readonly string[];
}

/** @throws UserError "there is no test file 'x.lua'" */
export function selectTests(root: string, names: readonly string[]): Selection {
  const all = testFiles(root);
  const files = new Set<string>();
  const tests: string[] = [];
  for (const name of names) {
    const matches = all.filter((file) => spellings(file).includes(normalize(name)));
    if (matches.length === 0 && name.endsWith(".lua")) {
      throw new UserError(`there is no test file '${name}'`, suggest(name, all, "test files"));
    }
    if (matches.length === 0) tests.push(name);
    for (const file of matches) files.add(file);
  }
  return { files: files.size === 0 ? all : [...files].sort(), tests };
}

/** Arguments for luaunit that select tests by the name of their class, method or function. */
export function patternArguments(tests: readonly string[]): string[] {
  return tests.flatMap((name) => {
    const literal = name.replaceAll(/[^A-Za-z0-9_]/g, "%$&");
    return ["-p", `^${literal}$`, "-p", `^${literal}%.`];
  });
}

function testFiles(root: string): string[] {
  try {
    const names = readdirSync(join(root, TEST_FOLDER)).filter((name) => name.endsWith(".lua"));
    if (names.length > 0) return names.sort().map((name) => join(TEST_FOLDER, name));
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") {
      throw new UserError(`can't read the folder ${TEST_FOLDER}: ${systemErrorText(error)}`);
    }
  }
  throw new UserError(
    "there are no tests",
    `put them into files like ${TEST_FOLDER}/test_hello.lua`,
  );
}

/** "test/test_hello.lua" may also be called "test_hello.lua", "test_hello" and "test/test_hello". */
function spellings(file: string): string[] {
  const short = file.slice(TEST_FOLDER.length + 1);
  return [file, short].flatMap((name) => [name, name.slice(0, -".lua".length)]);
}
