/** Settings for tests: a project's folder that has nothing else, made anew for each test of a file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, type ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";

export interface TestSettings {
  readonly root: string;
  readonly read: (text: string, env?: Record<string, string>) => ProjectConfig;
  /** Message and hint of the error that reading them ends with. */
  readonly problemOf: (text: string, env?: Record<string, string>) => string;
}

/** Is called once in a file. */
export function useSettings(): TestSettings {
  let root = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "spacer-config-"));
    mkdirSync(join(root, "config"));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const read: TestSettings["read"] = (text, env = {}) => {
    writeFileSync(join(root, "config/application.yml"), text);
    return readConfig(root, env);
  };

  return {
    get root() {
      return root;
    },
    read,
    problemOf: (text, env) => {
      try {
        read(text, env);
      } catch (error) {
        if (error instanceof UserError) return [error.message, error.hint].join(" / ");
        throw error;
      }
      throw new Error("nothing was thrown");
    },
  };
}
