/**
 * What a process does that helps to compile. It has a heap and a collector of its own, and V8 is told that it lives for seconds before
 * any of the compiler is loaded: code that is there already would stay as slow as it is.
 */
import { compileFile } from "./compileFile.ts";
import type { Answer, Batch } from "./compileHelper.ts";
import { expectShortLife } from "./engineSettings.ts";

/** Compiles what the process that started this one sends, until that goes away. */
export function helpToCompile(): void {
  expectShortLife();
  process.on("message", ({ id, inputs }: Batch) => {
    process.send?.({ id, files: inputs.map(compileFile) } satisfies Answer);
  });
}
