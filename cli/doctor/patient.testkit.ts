/** A project that is sound in all respects, on a machine that is; a test breaks what it is about. */
import { createTestCli, type TestCli } from "../context.testkit.ts";
import type { NamedFinding } from "./check.ts";
import { diagnose } from "./index.ts";
import type { Machine } from "./machine.ts";
import { createTestMachine, type TestMachine } from "./machine.testkit.ts";

export interface TestPatient {
  /** Its folder is the project's. */
  readonly cli: TestCli;
  readonly machine: TestMachine;
  /** What a check finds. */
  look(name: string, look?: Look): Promise<readonly Omit<NamedFinding, "check">[]>;
  dispose(): void;
}

interface Look {
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly changes?: Partial<Machine>;
}

export const SETTINGS = "spacerVersion: 1\nappName: shop\n";

export function createTestPatient(): TestPatient {
  const cli = createTestCli();
  const machine = createTestMachine();
  cli.write("app/gateway.lua", 'return { {"GET", "/hello", "hello"} }\n');
  cli.write("config/application.yml", `${SETTINGS}gateway: { port: 0 }\n`);
  return {
    cli,
    machine,
    async look(name, { environment = "development", env = {}, changes = {} } = {}) {
      const findings = await diagnose({
        root: cli.cwd,
        environment,
        env: { ...cli.context.env, ...env },
        machine: { ...machine, ...changes },
      });
      return findings.filter(({ check }) => check === name).map(({ check: _, ...rest }) => rest);
    },
    dispose() {
      cli.dispose();
      machine.dispose();
    },
  };
}

/** One finding. */
export function found(level: string, message: RegExp, hint: RegExp): unknown[] {
  return [
    {
      level,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    },
  ];
}
