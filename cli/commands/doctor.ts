import { defineCommand } from "../command.ts";
import { diagnose } from "../doctor/index.ts";
import { describeFinding, describeTotals, toJson } from "../doctor/report.ts";
import { EXIT_FAILURE } from "../errors.ts";
import { findProjectRoot, nearestProject } from "../projectRoot.ts";
import { styleFor } from "../style.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Look for what is wrong with the machine and the project's surroundings",
  description: [
    "Checks Node, its stack and its certificates, the packages, the cache and the clock; and of a project its settings, its folders, whether " +
      "its ports are free or who has them, its databases, and whether changes of files are noticed. Says of each whether it " +
      "is ok, and if not, what to do. Changes nothing.",
    "The exit code is 1 when there are problems. What is wrong with functions themselves, 'spacer check' tells.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project; the current one, if any, if left out" },
  },
  options: {
    env: {
      type: "string",
      placeholder: "NAME",
      description: "The environment: production, ...; SPACER_ENV or development if left out",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  examples: [
    { command: "spacer doctor", meaning: "this machine, and the project in the current folder" },
    {
      command: "spacer doctor hello --env production",
      meaning: "whether the project in hello/ would find what it needs in production",
    },
    { command: "spacer doctor --json", meaning: "for a program" },
  ],
  run: async ({ operands: { dir }, options }, { cwd, env, stdout }) => {
    const root = dir === undefined ? nearestProject(cwd) : findProjectRoot(dir, cwd);
    const environment = options.env ?? env["SPACER_ENV"] ?? "development";
    const findings = await diagnose({ root, environment, env });
    if (options.json) {
      stdout.write(toJson(findings));
    } else {
      const style = styleFor(stdout, env);
      for (const finding of findings) stdout.write(describeFinding(finding, style));
      stdout.write(describeTotals(findings, style));
    }
    return findings.some(({ level }) => level === "problem") ? EXIT_FAILURE : 0;
  },
});
