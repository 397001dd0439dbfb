/** What holds for the files of the repository as such, whatever is in them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const FOLDERS = [".ci", "cli", "compiler", "docs", "fixtures", "runtime"];

/** The text of each file, by its path from the root. Binary files come out as some text too. */
const texts = new Map(
  [
    ...readdirSync(root),
    ...FOLDERS.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) =>
        join(folder, path),
      ),
    ),
  ]
    .filter((path) => statSync(join(root, path)).isFile() && !path.endsWith(".tgz"))
    .map((path) => [path, readFileSync(join(root, path), "latin1")]),
);

/** "path:line: text" of every match. */
function findInAll(pattern: RegExp): string[] {
  return [...texts].flatMap(([path, text]) =>
    pattern.test(text)
      ? text
          .split("\n")
          .flatMap((line, index) =>
            pattern.test(line) ? [`${path}:${String(index + 1)}: ${line.trim()}`] : [],
          )
      : [],
  );
}

const escaped = (text: string) => text.replaceAll(/[^\w/]/g, "\\$&");

test("no file knows the machine it was written on", () => {
  const homes = ["/home/\\w+/", "/Users/\\w+/", `${escaped(homedir())}/`, escaped(root)];
  expect(findInAll(new RegExp(`(?<![\\w.~-])(?:${homes.join("|")})`))).toEqual([]);
});

test("no file says where packages are to be fetched from", () => {
  expect(findInAll(/https?:\/\/[^\s"'/]*registry|"resolved"\s*:/)).toEqual([]);
});

test("what the program imports is among its dependencies", () => {
  const { dependencies } = JSON.parse(texts.get("package.json") ?? "") as {
    dependencies: Record<string, string>;
  };
  const imported = [...texts].flatMap(([path, text]) =>
    /^(?:compiler|runtime|cli)\/.*(?<!\.test|\.testkit)\.ts$/.test(path)
      ? [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "((?!\.|node:)[^"]+)";$/gm)]
      : [],
  );
  const packages = imported.map(([, name = ""]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0]);
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...new Set(packages)]));
});

test("the lock file holds what every package asks for, on all platforms", () => {
  const { packages } = JSON.parse(texts.get("package-lock.json") ?? "") as {
    packages: Record<string, Partial<Record<string, Record<string, string>>>>;
  };
  const missing = Object.entries(packages).flatMap(([path, row]) =>
    Object.keys({ ...row["dependencies"], ...row["optionalDependencies"] }).filter((name) => {
      for (
        let folder = path;
        ;
        folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")
      ) {
        if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return false;
        if (folder === "") return true;
      }
    }),
  );
  expect(missing).toEqual([]);
});

test("links between pages lead somewhere", () => {
  const broken = [...texts].flatMap(([path, text]) =>
    path.endsWith(".md")
      ? [...text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)]
          .filter(([, link = ""]) => !existsSync(join(root, dirname(path), link)))
          .map(([, link = ""]) => `${path}: ${link}`)
      : [],
  );
  expect(broken).toEqual([]);
});
