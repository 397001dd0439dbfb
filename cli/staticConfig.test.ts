/** Which folders may be published. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useSettings } from "./config.testkit.ts";
import { UserError } from "./errors.ts";
import { publishedFolders } from "./staticConfig.ts";

const settings = useSettings();

function published(mode: "development" | "production", ...rows: string[]) {
  const lines = rows.map((row) => `    - { ${row} }\n`).join("");
  const text = `spacerVersion: 1\nappName: a\ngateway:\n  static:\n${lines}`;
  return publishedFolders(settings.read(text).gateway.static, settings.root, mode);
}

function problemWith(...rows: string[]): string {
  try {
    published("production", ...rows);
  } catch (error) {
    if (error instanceof UserError) return [error.message, error.hint].join(" / ");
    throw error;
  }
  throw new Error("nothing was thrown");
}

beforeEach(() => {
  mkdirSync(join(settings.root, "public"));
});

test("clients keep files in production only", () => {
  const row = "path: /assets, dir: public, maxAge: 2d, immutable: true";
  const dir = join(settings.root, "public");
  const folder = { path: "/assets", dir, isPrecompressed: false, fallback: undefined };
  expect(published("production", row)).toEqual([
    { ...folder, maxAgeMs: 172_800_000, isImmutable: true },
  ]);
  expect(published("development", row)).toEqual([{ ...folder, maxAgeMs: 0, isImmutable: false }]);
});

test("a folder that is not there is told with its line", () => {
  expect(problemWith("path: /a, dir: public", "path: /b, dir: publik")).toBe(
    "config/application.yml:6: gateway.static[2].dir: there is no folder 'publik' / " +
      "make it, or write where it is from the root of the project",
  );
  writeFileSync(join(settings.root, "file"), "");
  expect(problemWith("path: /b, dir: file")).toContain("'file' is no folder");
  expect(problemWith("path: /b, dir: file/x")).toContain("there is no folder 'file/x'");
});

test("neither sources nor settings are published", () => {
  for (const dir of [".", "..", "../..", "public/..", settings.root, "/"]) {
    expect(problemWith(`path: /a, dir: '${dir}'`)).toContain("would publish the sources");
  }
  expect(problemWith("path: /a, dir: config")).toContain("'config' is in config/");
  expect(problemWith("path: /a, dir: ./public/../app/files")).toContain("is in app/");
});
