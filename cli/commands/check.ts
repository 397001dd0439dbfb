import { join, resolve } from "node:path";
import { checkPrograms } from "../check/checkPrograms.ts";
import { toRecord, type Finding } from "../check/finding.ts";
import { ProjectChecker } from "../check/projectChecker.ts";
import { readBytes, readProjectFiles } from "../check/readFiles.ts";
import { describeFinding, describeTotals, totalsOf } from "../check/report.ts";
import { selectFiles } from "../check/selectFiles.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { compileOptions } from "../compile.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { EXIT_FAILURE } from "../errors.ts";
import { styleFor } from "../style.ts";

export const checkCommand = defineCommand({
  name: "check",
  summary: "Look for mistakes without running anything",
  description: [
    "Reads the Lua files in app/, lib/ and test/ and the settings, and tells what is wrong with " +
      "them: syntax errors, routes and triggers whose function is missing, unused locals, " +
      "undefined globals, unknown modules, wrong argument counts and more. PATHS select the files " +
      "to tell about; outside of a project each file is checked by itself.",
    "The exit code is 1 when there are errors. A comment '-- spacer: ignore' at the end of a line, " +
      "or alone on the line before, silences what is found there; with codes behind it only those.",
  ],
  operands: {
    paths: {
      placeholder: "PATHS",
      description: "A project, or files and folders of it; the current project if left out",
      isRest: true,
    },
  },
  options: {
    strict: { type: "boolean", description: "Exit with 1 for warnings, too" },
    json: { type: "boolean", description: "Print a JSON array, one finding per line" },
    lua: {
      ...DIALECT_OPTION,
      description:
        "Check files as programs outside of a project: luajit (as by default), openresty or 5.1",
    },
  },
  examples: [
    { command: "spacer check", meaning: "the project in the current folder" },
    { command: "spacer check hello --strict", meaning: "for a build that allows no warnings" },
    { command: "spacer check app/hello.lua --json", meaning: "one file, for an editor" },
    { command: "spacer check x.lua --lua luajit", meaning: "a program of its own" },
  ],
  run: ({ operands, options }, context) => {
    const { findings, fileCount, notes } = check(operands.paths, options.lua, context);
    const totals = totalsOf(findings, fileCount);
    if (options.json) {
      const lines = findings.map((finding) => JSON.stringify(toRecord(finding)));
      context.stdout.write(lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`);
    } else {
      const style = styleFor(context.stdout, context.env);
      for (const finding of findings) {
        context.stdout.write(`${describeFinding(finding, style)}\n`);
      }
      for (const note of notes) context.stdout.write(`${style.dim(note)}\n`);
      context.stdout.write(describeTotals(totals, style));
    }
    const isFailure = totals.errors > 0 || (options.strict && totals.warnings > 0);
    return Promise.resolve(isFailure ? EXIT_FAILURE : 0);
  },
});

interface Outcome {
  readonly findings: readonly Finding[];
  readonly fileCount: number;
  /** See `ProjectChecker`. */
  readonly notes: readonly string[];
}

/** @throws UserError when there is nothing to check, or it can't be read */
function check(
  operands: readonly string[],
  dialect: string | undefined,
  { cwd }: CommandContext,
): Outcome {
  const selection = selectFiles(operands, cwd, dialect !== undefined);
  if (selection.kind === "project") return checkProject(selection.root, selection.paths);
  const files = new Map(selection.paths.map((path) => [path, readBytes(resolve(cwd, path), path)]));
  const findings = checkPrograms(files, compileOptions(dialectOf(dialect)));
  return { findings, fileCount: files.size, notes: [] };
}

/** Whatever is told about, all files of the project have a say in it. */
function checkProject(root: string, selected: readonly string[]): Outcome {
  const checker = new ProjectChecker();
  for (const [path, bytes] of readProjectFiles(root)) checker.update(path, bytes);
  // Programs in other folders, such as tools/seed.lua.
  for (const path of selected) {
    if (path.endsWith(".lua") && !checker.paths.includes(path)) {
      checker.update(path, readBytes(join(root, path), path));
    }
  }
  const isSelected = (path: string) =>
    selected.some((each) => each === "" || path === each || path.startsWith(`${each}/`));
  return {
    findings: checker.findings().filter(({ file }) => isSelected(file)),
    fileCount: checker.paths.filter(isSelected).length,
    notes: checker.notes,
  };
}
