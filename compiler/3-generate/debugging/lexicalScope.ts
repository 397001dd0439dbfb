/**
 * For debuggers: a block of Lua as a block of JavaScript, so that they show the variables that are known
 * where the program stands. A name that is declared again hides the variable before it, be it of this block,
 * one around it, a parameter or a capture. So a block within the block begins there:
 *
 *     local x = 1; f(); local x = 2; g()        { let x; x = 1; f(); { let x$1; x$1 = 2; g(); } }
 *
 * The names stay unique in their function. Whether a variable is declared here or at the top of the function makes
 * no difference to what the program does.
 */
import {
  block,
  declarator,
  declare,
  identifier,
  type JsStatement,
  type LuaPlace,
} from "../estree.ts";

interface Declared {
  readonly name: string;
  readonly luaName: string;
}

interface DeclaredAt {
  /** Where the declaration is emitted. Inside a statement of the block nothing can begin. */
  readonly out: readonly JsStatement[];
  /** Of the statement of Lua that declares: one object for all that it declares. */
  readonly place: LuaPlace | undefined;
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
  private readonly given: ReadonlySet<string>;
  /** The statement that declared last, and where in the block it began to. */
  private declaring: { readonly place: LuaPlace | undefined; readonly start: number } = {
    place: undefined,
    start: 0,
  };

  /**
   * @param statements The list that the emitters of the block append to.
   * @param given Lua names of the parameters and captures of the function.
   */
  constructor(
    statements: readonly JsStatement[],
    outer: LexicalScope | undefined,
    given: ReadonlySet<string>,
  ) {
    this.statements = statements;
    this.outer = outer;
    this.given = given;
  }

  declare(declared: Declared, { out, place }: DeclaredAt): void {
    if (out === this.statements) this.beginSection(declared, place);
    this.lastSection.variables.push(declared);
  }

  /** Begins a section for a variable that hides another one. */
  private beginSection({ luaName }: Declared, place: LuaPlace | undefined): void {
    const { length } = this.statements;
    if (place !== this.declaring.place) this.declaring = { place, start: length };
    if (!this.isKnown(luaName)) return;
    const last = this.lastSection;
    const isTwice = last.variables.some((other) => other.luaName === luaName);
    // Where the statement begins, so that all that it declares is in one block and is one step.
    const { start } = this.declaring;
    if (start > last.start) this.sections.push({ start, variables: [] });
    else if (isTwice) this.sections.push({ start: length, variables: [] });
  }

  /** Whether a variable of this name has been declared. */
  private isKnown(luaName: string): boolean {
    const isOwn = this.sections.some(({ variables }) =>
      variables.some((other) => other.luaName === luaName),
    );
    return isOwn || (this.outer?.isKnown(luaName) ?? this.given.has(luaName));
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
      rest = variables.length === 0 ? all : [block([declareAll(variables), ...all])];
      end = start;
    }
    return rest;
  }

  private get lastSection(): Section {
    return this.sections.at(-1) as Section;
  }
}

function declareAll(variables: readonly Declared[]): JsStatement {
  const declarations = variables.map(({ name, luaName }) =>
    declarator({ ...identifier(name), luaName }),
  );
  return declare("let", declarations);
}
