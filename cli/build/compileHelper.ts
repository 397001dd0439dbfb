/**
 * A process that takes part in compiling: a program of its own beside the one that builds (cli/compileHelper.ts), which loads nothing
 * but the compiler. This is the end of who has it compile; the other one is cli/build/helpToCompile.ts.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { dirname, extname, join } from "node:path";
import type { CommandContext } from "../command.ts";
import type { CompiledFile, FileInput } from "./compileFile.ts";
import { startSettings } from "./engineSettings.ts";

/** What it is asked. */
export interface Batch {
  readonly id: number;
  readonly inputs: readonly FileInput[];
}

export interface Answer {
  readonly id: number;
  readonly files: readonly CompiledFile[];
}

export class CompileHelper {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting<readonly CompiledFile[]>>();
  private lastId = 0;

  constructor({ self, env, cwd }: Pick<CommandContext, "self" | "env" | "cwd">) {
    const [program = process.execPath, ...words] = self;
    const entry = words.pop() ?? "";
    const helper = join(dirname(entry), `compileHelper${extname(entry)}`);
    this.child = spawn(program, [...startSettings(), ...words, helper], {
      cwd,
      env,
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
