/**
 * For debuggers: a block of Lua as a block of JavaScript, so that they show the variables that are known
 * where the program stands. A name that is declared again hides the variable before it, so a block within
 * the block begins there:
 *
 *     local x = 1; f(); local x = 2; g()        { let x; x = 1; f(); { let x$1; x$1 = 2; g(); } }
 *
 * The names stay unique in their function. Whether a variable is declared here or at the top of the function makes
 * no difference to what the program does.
 */
import { block, identifier, type JsStatement } from "../estree.ts";

interface Declared {
  readonly name: string;
  readonly luaName: string;
}

/** Variables that are known from a position in the list of statements on. */
interface Section {
  readonly start: number;
  readonly variables: Declared[];
}

export class LexicalScope {
  private readonly sections: Section[] = [{ start: 0, variables: [] }];
  private readonly statements: readonly JsStatement[];
  private readonly outer: LexicalScope | undefined;

  /** @param statements The list that the emitters of the block append to. */
  constructor(statements: readonly JsStatement[], outer: LexicalScope | undefined) {
    this.statements = statements;
    this.outer = outer;
  }

  /** @param out Where the declaration is emitted. Inside a statement of the block nothing can begin. */
  declare(declared: Declared, out: readonly JsStatement[]): void {
    const last = this.lastSection;
    const isHiding = last.variables.some(({ luaName }) => luaName === declared.luaName);
    if (isHiding && out === this.statements) {
      this.sections.push({ start: out.length, variables: [declared] });
    } else {
      last.variables.push(declared);
    }
  }

  /** The JavaScript names of all variables that are declared so far. */
  visible(): string[] {
    const own = this.sections.flatMap(({ variables }) => variables.map(({ name }) => name));
    return [...(this.outer?.visible() ?? []), ...own];
  }

  /** The statements of the block, with the declarations. */
  enclose(statements: readonly JsStatement[]): JsStatement[] {
    let rest: JsStatement[] = [];
    let end = statements.length;
    for (const { start, variables } of this.sections.toReversed()) {
      const all = [...statements.slice(start, end), ...rest];
      rest = variables.length === 0 ? all : [block([declare(variables), ...all])];
      end = start;
    }
    return rest;
  }

  private get lastSection(): Section {
    return this.sections.at(-1) as Section;
  }
}

function declare(variables: readonly Declared[]): JsStatement {
  return {
    type: "VariableDeclaration",
    kind: "let",
    declarations: variables.map(({ name, luaName }) => ({
      type: "VariableDeclarator",
      id: { ...identifier(name), luaName },
      init: null,
    })),
  };
}
