/** Where jumps of Lua go in the JavaScript of one function: breaks out of loops, gotos to labels (block.ts). */
import type { Block } from "../../ast.ts";
import { CompilerBug } from "../../compilerBug.ts";
import { labeled, type JsStatement } from "../estree.ts";

/** A JavaScript loop or switch: what an unlabelled `break` in it would leave. */
export interface Breakable {
  /** It is a loop of Lua. */
  readonly isLoop: boolean;
  readonly label: string;
}

/** What a goto to some label becomes, by where it comes from. Filled while the block is emitted. */
export interface Jumps {
  forward: readonly JsStatement[];
  backward: readonly JsStatement[];
}

export class JumpTargets {
  /** Those around what is being emitted, the innermost one last. */
  private readonly breakables: Breakable[] = [];
  private readonly usedLoopLabels: string[] = [];
  private statements: Map<Block, Map<number, Jumps>> | undefined = undefined;

  /** Runs an emitter of what is inside a loop or switch. */
  within<Result>(breakable: Breakable, run: () => Result): Result {
    this.breakables.push(breakable);
    const result = run();
    this.breakables.pop();
    return result;
  }

  /** The label a Lua `break` needs; `undefined` when the innermost breakable is its loop. */
  breakLabel(): string | undefined {
    const loop = this.breakables.findLast(({ isLoop }) => isLoop);
    if (loop === undefined) throw new CompilerBug("break outside of any loop");
    if (loop === this.breakables.at(-1)) return undefined;
    this.usedLoopLabels.push(loop.label);
    return loop.label;
  }

  /** A Lua loop, under its label if some `break` in it needs one. */
  labeledLoop(label: string, loop: JsStatement): JsStatement {
    return this.usedLoopLabels.includes(label) ? labeled(label, loop) : loop;
  }

  /** What gotos to the label at this position of a block become. */
  to(block: Block, position: number): Jumps {
    const statements = (this.statements ??= new Map<Block, Map<number, Jumps>>());
    let positions = statements.get(block);
    if (positions === undefined) statements.set(block, (positions = new Map<number, Jumps>()));
    let jumps = positions.get(position);
    if (jumps === undefined) positions.set(position, (jumps = { forward: [], backward: [] }));
    return jumps;
  }
}
