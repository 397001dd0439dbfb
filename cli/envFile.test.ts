import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./errors.ts";
import { parseEnvFile, withEnvFile } from "./envFile.ts";

/** @param text Of the file. */
function parse(text: string): Readonly<Record<string, string>> {
  return parseEnvFile(Buffer.from(text, "utf8").toString("latin1"));
}

function problemOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UserError) return [error.message, error.hint ?? ""].join(" / ");
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([
  ["", {}],
  ["A=1", { A: "1" }],
  ["\uFEFFA=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["# comment\n\n  # another\n\t\nA=1\n# end", { A: "1" }],
  ["export A=1\n  export\tB = 2  ", { A: "1", B: "2" }],
  ["A=\nB=", { A: "", B: "" }],
  ["A=one two  # comment", { A: "one two" }],
  ["A= # comment", { A: "" }],
  ["A=pa#ss#word\nCOLOR=#fff", { A: "pa#ss#word", COLOR: "#fff" }],
  ["A=1\nA=2", { A: "2" }],
  ["A=x=y==", { A: "x=y==" }],
  ['A=it\'s "so"', { A: 'it\'s "so"' }],
  [String.raw`A=C:\new`, { A: String.raw`C:\new` }],
  [String.raw`A="one\ntwo\t\"three\" \\n \$x \d"`, { A: 'one\ntwo\t"three" \\n $x \\d' }],
  [String.raw`A='one\ntwo "x" # y'`, { A: String.raw`one\ntwo "x" # y` }],
  ['A=`it\'s "so"`', { A: 'it\'s "so"' }],
  [
    'KEY="-----BEGIN\nab # c\n-----END" # comment\nB=2',
    { KEY: "-----BEGIN\nab # c\n-----END", B: "2" },
  ],
  ["A=''", { A: "" }],
  ["A=$B ${C}", { A: "$B ${C}" }],
  ["A=grüße", { A: "grüße" }],
  ["a.b-c_1=2", { "a.b-c_1": "2" }],
])("%j", (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test("names of JavaScript are names like any other", () => {
  const values = parse("__proto__=1\nconstructor=2");
  expect(Object.entries(values)).toEqual([
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
});

test.each([
  [
    "A=1\n\nnonsense",
    ".env:3: this line sets no variable / write it as in NAME=value; # begins a comment",
  ],
  [
    "secret stuff: 1",
    ".env:1: this line sets no variable / write it as in NAME=value; # begins a comment",
  ],
  [
    "=1",
    ".env:1: '' is no name for a variable / names have letters, digits and '_', and begin with no digit",
  ],
  [
    "1A=1",
    ".env:1: '1A' is no name for a variable / names have letters, digits and '_', and begin with no digit",
  ],
  ['A=1\nB="open\nC=2', '.env:2: the value of B has no closing " / quotes come in pairs'],
  [
    "A='x' y",
    ".env:1: there is something behind the closing ' of A / a comment begins with a space and #; quotes within quotes are of another kind",
  ],
  [
    "A='x'#y",
    ".env:1: there is something behind the closing ' of A / a comment begins with a space and #; quotes within quotes are of another kind",
  ],
  ["A=x\0y", ".env:1: the value of A has a NUL in it / "],
  [
    "A=1\nSPACER_ENV=production",
    ".env:2: SPACER_ENV can't be set here: it decides whether this file is read / set it in the environment, or use --env",
  ],
])("%j is refused", (text, expected) => {
  expect(problemOf(text)).toBe(expected);
});

test("what is no UTF-8 is refused", () => {
  expect(() => parseEnvFile("A=\xff")).toThrow(".env is not written in UTF-8");
});

describe("a project's file", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "spacer-env-"));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  test("sets what the environment does not", () => {
    writeFileSync(join(root, ".env"), "A=file\nB=file\nC=file");
    const env = { A: "real", B: "" };
    expect(withEnvFile(root, env, "development")).toEqual({ A: "real", B: "", C: "file" });
    expect(withEnvFile(root, env, "test")).toHaveProperty("C", "file");
  });

  test("is not even read in production", () => {
    writeFileSync(join(root, ".env"), "nonsense");
    const env = { A: "real" };
    expect(withEnvFile(root, env, "production")).toBe(env);
    expect(() => withEnvFile(root, env, "development")).toThrow(".env:1:");
  });

  test("may be missing, or a folder", () => {
    const env = { A: "real" };
    expect(withEnvFile(root, env, "development")).toBe(env);
    mkdirSync(join(root, ".env"));
    expect(withEnvFile(root, env, "development")).toBe(env);
  });
});
