/** Machines for tests of the doctor: a sound one, in which a test breaks what it is about. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { realMachine, type Machine } from "./machine.ts";

export interface TestMachine extends Machine {
  /** Writes a file of /proc, which is empty at first. */
  write(path: string, text: string): void;
  dispose(): void;
}

export function createTestMachine(changes: Partial<Machine> = {}): TestMachine {
  const procFolder = mkdtempSync(join(tmpdir(), "spacer-proc-"));
  return {
    ...realMachine(),
    nodeVersion: "22.1.0",
    nodeOptions: ["--stack-size=3900"],
    platform: "linux",
    arch: "x64",
    procFolder,
    ...changes,
    write(path, text) {
      const file = join(procFolder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    dispose() {
      rmSync(procFolder, { recursive: true });
    },
  };
}
