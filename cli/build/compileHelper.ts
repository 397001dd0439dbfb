/**
 * A process that takes part in compiling. It is this program with the command `build`, told by a variable that it is to help.
 * It has a heap and a collector of its own, and V8 is told that it lives for seconds before any of the compiler is loaded: code
 * that is there already would stay as slow as it is.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { CommandContext } from "../command.ts";
import { compileFile, type CompiledFile, type FileInput } from "./compileFile.ts";
import { expectShortLife, startSettings } from "./engineSettings.ts";

const VARIABLE = "SPACER_BUILD_HELPER";

interface Batch {
  readonly id: number;
  readonly inputs: readonly FileInput[];
}

interface Answer {
  readonly id: number;
  readonly files: readonly CompiledFile[];
}

/** Whether this process is to help another one. */
export function isHelper(env: CommandContext["env"]): boolean {
  return env[VARIABLE] === "1" && process.send !== undefined;
}

/** Compiles what the other process sends, until that goes away. */
export async function helpToCompile(): Promise<number> {
  expectShortLife();
  process.on("message", ({ id, inputs }: Batch) => {
    process.send?.({ id, files: inputs.map(compileFile) } satisfies Answer);
  });
  await new Promise((resolve) => process.once("disconnect", resolve));
  return 0;
}

/** The other process's end. */
export class CompileHelper {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting<readonly CompiledFile[]>>();
  private lastId = 0;

  constructor({ self, env, cwd }: Pick<CommandContext, "self" | "env" | "cwd">) {
    const [program = process.execPath, ...words] = self;
    this.child = spawn(program, [...startSettings(), ...words, "build"], {
      cwd,
      env: { ...env, [VARIABLE]: "1" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    this.child.on("message", ({ id, files }: Answer) => {
      this.waiting.get(id)?.resolve(files);
      this.waiting.delete(id);
    });
    const end = (): void => {
      this.fail();
    };
    this.child.on("exit", end).on("error", end).on("disconnect", end);
  }

  /** Rejects when it can't answer. */
  compile(inputs: readonly FileInput[]): Promise<readonly CompiledFile[]> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      if (!this.child.connected) {
        this.fail();
        return;
      }
      this.child.send({ id, inputs } satisfies Batch, (error) => {
        if (error !== null) this.fail();
      });
    });
  }

  end(): void {
    this.child.kill();
  }

  private fail(): void {
    for (const { reject } of this.waiting.values()) {
      reject(new Error("a process that compiles has ended"));
    }
    this.waiting.clear();
  }
}

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}
