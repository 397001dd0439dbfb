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

/** Without the code in it, which has links of its own kind. */
const pages = [...texts]
  .filter(([path]) => path.endsWith(".md"))
  .map(([path, text]) => ({ path, text: Buffer.from(text, "latin1").toString("utf8") }))
  .map(({ path, text }) => ({
    path,
    text: text.replaceAll(/^ *```.*?^ *```$/gms, "").replaceAll(/(`+)[^`].*?\1/g, "`code`"),
    headings: new Set(anchorsIn(text.replaceAll(/^ *```.*?^ *```$/gms, ""))),
  }));

/** What GitHub calls the headings of a page: in lower case, without punctuation, and numbered when they come twice. */
function anchorsIn(text: string): string[] {
  const counts = new Map<string, number>();
  return [...text.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = ""]) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${String(count)}`;
  });
}

/** Links of a page to files, [text](path#anchor), and the references `[name]: path`. */
function linksIn(text: string): { path: string; anchor: string }[] {
  return [
    ...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?(?: "[^"]*")?\)/g),
    ...text.matchAll(/^\[[^\]]+\]: (?![a-z]+:)([^#\s]*)(?:#(\S*))?$/gm),
  ].map(([, path = "", anchor = ""]) => ({ path, anchor }));
}

test("links between pages lead somewhere, to a heading where they name one", () => {
  const broken = pages.flatMap((page) =>
    linksIn(page.text)
      .filter(({ path, anchor }) => {
        const target = path === "" ? page.path : join(dirname(page.path), path);
        if (!existsSync(join(root, target))) return true;
        const headings = pages.find((each) => each.path === target)?.headings;
        return anchor !== "" && headings?.has(anchor) !== true;
      })
      .map(({ path, anchor }) => `${page.path}: ${path}${anchor === "" ? "" : `#${anchor}`}`),
  );
  expect(broken).toEqual([]);
});

test("every page of the guide has one place in its table of contents", () => {
  const names = readdirSync(join(root, "docs/guide")).filter((name) => name !== "README.md");
  const contents = pages.find(({ path }) => path === "docs/guide/README.md");
  const listed = [...(contents?.text ?? "").matchAll(/^(\d+)\. \[[^\]]+\]\(([^)]+)\)/gm)];
  expect(listed.map(([, , name]) => name).sort()).toEqual(names.sort());
  expect(listed.map(([, number]) => Number(number))).toEqual(listed.map((_, index) => index + 1));
});

test("pictures are small, and shown somewhere", () => {
  const folder = join(root, "docs/pictures");
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).size]).toEqual([name, expect.any(Number)]);
    expect(statSync(join(folder, name)).size).toBeLessThan(150 * 1024);
    expect([name, pages.some(({ text }) => text.includes(`docs/pictures/${name})`))]).toEqual([
      name,
      true,
    ]);
  }
});
