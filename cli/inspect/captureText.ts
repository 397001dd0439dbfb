import type { FunctionDescription } from "../../compiler/index.ts";

/** What a function captures: "a, b (boxed)". */
export function captureText(captures: FunctionDescription["captures"]): string {
  return captures.map(({ name, isBoxed }) => (isBoxed ? `${name} (boxed)` : name)).join(", ");
}
