/** Which variables identifiers mean. Those of globals mean none. */
import type { Identifier } from "../ast.ts";
import type { Variable } from "./analysis.ts";

/** For those who ask. */
export type NameTable = Pick<ResolvedNames, "get" | "has">;

/** A list by their indexes, which takes less than half the time of a `Map` of the nodes. */
export class ResolvedNames {
  private readonly variables: (Variable | undefined)[] = [];

  set({ index }: Identifier, variable: Variable): void {
    // Without holes, which V8 would look for behind each of them in the prototypes.
    while (this.variables.length < index) this.variables.push(undefined);
    this.variables[index] = variable;
  }

  get({ index }: Identifier): Variable | undefined {
    return index < this.variables.length ? this.variables[index] : undefined;
  }

  has(node: Identifier): boolean {
    return this.get(node) !== undefined;
  }
}
