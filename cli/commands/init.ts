import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { defineCommand, type CommandContext } from "../command.ts";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { templatesFolder } from "../installation.ts";
import { defaultAppName, isFolder } from "../projectRoot.ts";
import { styleFor } from "../style.ts";

export const initCommand = defineCommand({
  name: "init",
  summary: "Create a project",
  description: [
    "Makes a project in the folder DIR: a first function, its route, its test, and the scripts " +
      "bin/dev.sh, bin/test.sh and bin/prod.sh, the settings that let VS Code debug it, and what " +
      "production needs: a Dockerfile, compose.yaml and a unit for systemd.",
    "DIR is made unless it is there. What is in it, such as .git or README.md, stays as it is; when " +
      "one of the files to be made is among that, nothing is made.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The folder of the project", isRequired: true },
  },
  options: {},
  examples: [
    { command: "spacer init hello", meaning: "a project in the new folder hello" },
    { command: "spacer init .", meaning: "a project in the current folder" },
  ],
  run: ({ operands: { dir } }, context) => {
    // Rather a variable of a script that was not set.
    if (dir === "")
      throw new UserError("DIR is empty", "'spacer init .' is for the current folder");
    const root = resolve(context.cwd, dir);
    const templates = listTemplates(root, context.self);
    if (existsSync(root)) refuseExisting(root, dir, templates);
    else makeFolder(root, dir);
    for (const template of templates) write(template);
    context.stdout.write(nextSteps(root, context));
    return Promise.resolve(0);
  },
});

/** A file or folder that projects begin with. */
interface Template {
  /** From the root of the project, with the separators of this system. */
  readonly name: string;
  /** Absolute path in the project. */
  readonly target: string;
  /** `undefined` for a folder. */
  readonly text: string | undefined;
  readonly isExecutable: boolean;
}

/** Each folder comes before what is in it. */
function listTemplates(root: string, self: readonly string[]): readonly Template[] {
  const templates = templatesFolder();
  const replacements = replacementsFor(root, self);
  const sources = readdirSync(templates, { recursive: true, encoding: "utf8" }).sort();
  return sources.map((source) => {
    const name = join(dirname(source), targetName(basename(source), replacements));
    const file = join(templates, source);
    const text = statSync(file).isDirectory()
      ? undefined
      : fillIn(readFileSync(file, "utf8"), replacements);
    const isExecutable = text !== undefined && dirname(source) === "bin";
    return { name, target: join(root, name), text, isExecutable };
  });
}

/** @throws UserError when the folder has what is to be made, or is none */
function refuseExisting(root: string, dir: string, templates: readonly Template[]): void {
  if (!isFolder(root)) throw new UserError(`${dir} is not a folder`, "give another name");
  const inTheWay = templates.filter(isInTheWay).map(({ name }) => name);
  const [first, second, ...others] = inTheWay;
  if (first === undefined) return;
  const more = others.length > 0 ? ` and ${String(others.length)} more` : "";
  throw new UserError(
    `${dir} has ${second === undefined ? first : `${first}, ${second}${more}`} already`,
    "nothing was made; give another folder, or move away what is there",
  );
}

/** Not a folder where there is to be one: what is written lands in the project, not where a link leads. */
function isInTheWay({ target, text }: Template): boolean {
  try {
    const existing = lstatSync(target, { throwIfNoEntry: false });
    return existing !== undefined && !(text === undefined && existing.isDirectory());
  } catch (error) {
    // What is in the way is a part of the path, which was asked for before.
    if (systemErrorCode(error) === "ENOTDIR") return false;
    throw new UserError(`can't read ${target}: ${systemErrorText(error)}`);
  }
}

/** @throws UserError */
function makeFolder(root: string, dir: string): void {
  try {
    mkdirSync(dirname(root), { recursive: true });
    mkdirSync(root);
  } catch (error) {
    // For a parent that is a file, "it exists already" would be said of the wrong one.
    const reason =
      systemErrorCode(error) === "EEXIST"
        ? "a part of the path is not a folder"
        : systemErrorText(error);
    throw new UserError(`can't make the folder ${dir}: ${reason}`);
  }
}

/** @throws UserError, also for a file that somebody else has made meanwhile */
function write({ target, text, isExecutable }: Template): void {
  try {
    if (text === undefined) {
      mkdirSync(target, { recursive: true });
      return;
    }
    writeFileSync(target, text, { flag: "wx" });
    if (isExecutable) chmodSync(target, 0o755);
  } catch (error) {
    throw new UserError(`can't write ${target}: ${systemErrorText(error)}`);
  }
}

/** What a file of the template is called in the project. */
function targetName(name: string, { APP_NAME = "" }: Readonly<Partial<Record<string, string>>>) {
  // npm leaves files named .gitignore out of packages.
  if (name === "gitignore" || name === "dockerignore") return `.${name}`;
  return name === "app.service" ? `${APP_NAME}.service` : name;
}

function replacementsFor(root: string, self: readonly string[]): Record<string, string> {
  const appName = defaultAppName(root);
  return {
    APP_NAME: appName,
    IMAGE_NAME: imageName(appName),
    MADE_BY: quoteForShell(self.at(-1) ?? ""),
    NODE_OPTIONS: self.slice(1, -1).map(quoteForShell).join(" "),
  };
}

function fillIn(text: string, replacements: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => replacements[name] ?? whole);
}

/** Docker wants lower case, and single separators between letters and digits. */
function imageName(appName: string): string {
  return appName.toLowerCase().replaceAll(/[.-]+/g, "-").replaceAll(/^-|-$/g, "");
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function nextSteps(root: string, context: CommandContext): string {
  const style = styleFor(context.stdout, context.env);
  const folder = relative(context.cwd, root);
  const shown = folder.startsWith("..") ? root : folder;
  const enter = `cd ${/^[\w./-]+$/.test(shown) ? shown : quoteForShell(shown)}`;
  return `Made a project in ${style.bold(shown === "" ? "this folder" : shown)}. Next:

${shown === "" ? "" : `  ${style.cyan(enter)}\n`}\
  ${style.cyan("./bin/dev.sh")}                serve it on http://localhost:3000
  ${style.cyan("curl localhost:3000/hello")}   call the function in app/hello.lua
  ${style.cyan("./bin/test.sh")}               run the tests in test/
`;
}
