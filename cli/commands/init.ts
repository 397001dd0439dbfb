import {
  chmodSync,
  existsSync,
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
import { defaultAppName } from "../projectRoot.ts";
import { styleFor } from "../style.ts";

export const initCommand = defineCommand({
  name: "init",
  summary: "Create a project",
  description: [
    "Makes the folder DIR with a first function, its route, its test, and the scripts " +
      "bin/dev.sh, bin/test.sh and bin/prod.sh, the settings that let VS Code debug it, and what " +
      "production needs: a Dockerfile, compose.yaml and a unit for systemd. DIR must not exist yet.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The folder to make", isRequired: true },
  },
  options: {},
  examples: [{ command: "spacer init hello", meaning: "a project in the new folder hello" }],
  run: ({ operands: { dir } }, context) => {
    const root = resolve(context.cwd, dir);
    makeFolder(root, dir);
    copyTemplates(root, context.self);
    context.stdout.write(nextSteps(root, context));
    return Promise.resolve(0);
  },
});

/** @throws UserError when it exists */
function makeFolder(root: string, dir: string): void {
  if (existsSync(root)) {
    const shown = dir === "" ? "the current folder" : dir;
    throw new UserError(`${shown} exists already`, "give a folder that does not exist yet");
  }
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

function copyTemplates(root: string, self: readonly string[]): void {
  const templates = templatesFolder();
  const replacements = replacementsFor(root, self);
  for (const name of readdirSync(templates, { recursive: true, encoding: "utf8" }).sort()) {
    const source = join(templates, name);
    const target = join(root, dirname(name), targetName(basename(name), replacements));
    try {
      if (statSync(source).isDirectory()) {
        mkdirSync(target, { recursive: true });
        continue;
      }
      writeFileSync(target, fillIn(readFileSync(source, "utf8"), replacements));
      if (dirname(name) === "bin") chmodSync(target, 0o755);
    } catch (error) {
      throw new UserError(`can't write ${target}: ${systemErrorText(error)}`);
    }
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
  return `Made a project in ${style.bold(shown)}. Next:

  ${style.cyan(`cd ${/^[\w./-]+$/.test(shown) ? shown : quoteForShell(shown)}`)}
  ${style.cyan("./bin/dev.sh")}                serve it on http://localhost:3000
  ${style.cyan("curl localhost:3000/hello")}   call the function in app/hello.lua
  ${style.cyan("./bin/test.sh")}               run the tests in test/
`;
}
