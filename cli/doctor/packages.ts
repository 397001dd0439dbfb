/** The npm packages beside spacer: those it can't do without, and those without which something does not work. */
import { ok, problem, warning, type Check, type Finding } from "./check.ts";
import type { Machine } from "./machine.ts";

/** What optional packages are for. Those of PostgreSQL have a check of their own. */
const PURPOSES: Readonly<Record<string, string>> = {
  esbuild: "'spacer build'",
  kafkajs: "topics in Kafka",
};

export const packagesCheck: Check = {
  name: "packages",
  run: ({ machine }) => {
    const { dependencies, optionalDependencies } = machine.manifest;
    const needed = Object.keys(dependencies);
    const missing = needed.filter((name) => machine.packageVersion(name) === undefined);
    if (missing.length > 0) {
      return [
        problem(
          `spacer is not installed completely: there is no ${missing.join(", no ")}`,
          "install spacer again",
        ),
      ];
    }
    const optional = Object.keys(optionalDependencies).filter((name) => name in PURPOSES);
    const findings = optional.flatMap((name) => findMissing(name, machine));
    return findings.length > 0 ? findings : [ok(`all there, ${optional.join(" and ")} as well`)];
  },
};

function findMissing(name: string, { packageVersion, manifest }: Machine): Finding[] {
  if (packageVersion(name) !== undefined) return [];
  return [
    warning(
      `${name} is not installed: no ${PURPOSES[name] ?? ""}`,
      installHint(name, manifest.optionalDependencies[name]),
    ),
  ];
}

function installHint(name: string, version = ""): string {
  return `install spacer again without '--omit=optional', or 'npm install ${name}@${version}' beside it`;
}
