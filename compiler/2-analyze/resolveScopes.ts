/**
 * Finds the variable each identifier means (manual 2.6), which variables are reassigned, and which
 * each function captures. A function also captures what functions nested in it need. A name that
 * means no variable is a global; the names of those that the chunk mentions are collected.
 *
 * As it comes by all nodes, it also lists those that other passes are about, in the order of the source: that spares them walks.
 */
import type {
  AssignmentStatement,
  Block,
  Chunk,
  Expression,
  FunctionExpression,
  Identifier,
  IndexExpression,
  Name,
  Statement,
  TableExpression,
} from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type {
  Declaration,
  FunctionFacts,
  GrownTable,
  Loop,
  OuterLoop,
  Use,
  Variable,
} from "./analysis.ts";
import { findGrownTable } from "./grownTables.ts";
import { ResolvedNames } from "./resolvedNames.ts";

export interface Scopes {
  readonly variables: Map<Name, Variable>;
  readonly resolved: ResolvedNames;
  readonly functions: Map<FunctionExpression, FunctionFacts>;
  readonly globals: Set<string>;
  readonly assignedGlobals: Set<string>;
  readonly changedGlobals: Set<string>;
  readonly declarations: Declaration[];
  readonly uses: Use[];
  readonly outerLoops: OuterLoop[];
  /** Those with a target that is no variable. */
  readonly fieldAssignments: AssignmentStatement[];
  /** Those with keys. */
  readonly recordConstructors: TableExpression[];
  readonly grownTables: GrownTable[];
}

/** A variable in scope, and the one of the same name that it hides. */
interface Visible {
  readonly variable: Variable;
  readonly hidden: Variable | undefined;
}

export function resolveScopes(chunk: Chunk): Scopes {
  const resolver = new Resolver();
  resolver.visitFunction(chunk.main, undefined);
  return resolver.result;
}

class Resolver {
  readonly result: Scopes = {
    variables: new Map(),
    resolved: new ResolvedNames(),
    functions: new Map(),
    globals: new Set(),
    assignedGlobals: new Set(),
    changedGlobals: new Set(),
    declarations: [],
    uses: [],
    outerLoops: [],
    fieldAssignments: [],
    recordConstructors: [],
    grownTables: [],
  };
  /** The variables in scope, innermost last. */
  private readonly inScope: Visible[] = [];
  /** The variable that each name means. */
  private readonly visible = new Map<string, Variable | undefined>();
  private owner: FunctionExpression | undefined = undefined;
  /** Whether a loop of the owner is being visited. */
  private isInLoop = false;

  visitFunction(node: FunctionExpression, selfVariable: Variable | undefined): void {
    const { owner, isInLoop } = this;
    this.result.functions.set(node, {
      parent: owner,
      selfVariable,
      captures: new Set(),
      hasSelfTailCall: false,
    });
    this.owner = node;
    this.isInLoop = false;
    const { length: outside } = this.inScope;
    for (const parameter of node.parameters) this.declare(parameter, node);
    this.visitStatements(node.body);
    this.closeScope(outside);
    this.isInLoop = isInLoop;
    this.owner = owner;
  }

  private visitBlock(block: Block): void {
    const { length: outside } = this.inScope;
    this.visitStatements(block);
    this.closeScope(outside);
  }

  private visitStatements(block: Block): void {
    const { statements } = block;
    for (let index = 0; index < statements.length; index++) {
      const statement = statements[index] as Statement;
      this.visit(statement);
      if (statement.type !== "LocalStatement") continue;
      const grown = findGrownTable(statement, statements, index + 1);
      if (grown !== undefined) this.result.grownTables.push(grown);
    }
  }

  /** Ends the scope of the variables behind the first `count`. */
  private closeScope(count: number): void {
    const { inScope, visible } = this;
    while (inScope.length > count) {
      const { variable, hidden } = inScope.pop() as Visible;
      visible.set(variable.name, hidden);
    }
  }

  /** `string.trim = ...`, `_G.x = ...`, `config.a.b = ...` */
  private noteGlobalTable(target: IndexExpression): void {
    let root: Expression = target;
    while (root.type === "IndexExpression") root = root.base;
    if (root.type === "Identifier" && !this.result.resolved.has(root)) {
      this.result.changedGlobals.add(root.name);
    }
  }

  private readonly visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "Identifier":
        this.use(node);
        return;
      case "StringLiteral":
      case "NumberLiteral":
        return;
      case "BinaryExpression":
        this.visit(node.left);
        this.visit(node.right);
        return;
      case "CallExpression":
        this.result.uses.push(node);
        this.visit(node.callee);
        for (const value of node.arguments) this.visit(value);
        return;
      case "IndexExpression":
        this.result.uses.push(node);
        this.visit(node.base);
        this.visit(node.key);
        return;
      case "FunctionExpression":
        this.visitFunction(node, undefined);
        return;
      case "LocalStatement":
        this.result.declarations.push(node);
        for (const value of node.values) this.visit(value);
        for (const name of node.names) this.declare(name, this.currentOwner());
        return;
      case "LocalFunctionStatement":
        this.result.declarations.push(node);
        this.visitFunction(node.function, this.declare(node.name, this.currentOwner()));
        return;
      case "AssignmentStatement":
        for (const target of node.targets) this.visit(target);
        for (const value of node.values) this.visit(value);
        this.noteTargets(node);
        return;
      case "TableExpression":
        if (node.entries.some(({ key }) => key !== undefined)) {
          this.result.recordConstructors.push(node);
        }
        forEachChild(node, this.visit);
        return;
      case "DoStatement":
        this.visitBlock(node.body);
        return;
      case "IfStatement":
        for (const clause of node.clauses) {
          this.visit(clause.condition);
          this.visitBlock(clause.body);
        }
        if (node.otherwise !== undefined) this.visitBlock(node.otherwise);
        return;
      case "WhileStatement":
      case "RepeatStatement":
      case "ForNumericStatement":
      case "ForGenericStatement":
        this.visitLoop(node);
        return;
      default:
        forEachChild(node, this.visit);
    }
  };

  private noteTargets(node: AssignmentStatement): void {
    let hasFields = false;
    for (const target of node.targets) {
      if (target.type !== "Identifier") {
        this.noteGlobalTable(target);
        hasFields = true;
        continue;
      }
      const variable = this.result.resolved.get(target);
      if (variable === undefined) this.result.assignedGlobals.add(target.name);
      else variable.isReassigned = true;
    }
    if (hasFields) this.result.fieldAssignments.push(node);
  }

  private visitLoop(node: Loop): void {
    const { isInLoop } = this;
    if (!isInLoop) this.result.outerLoops.push({ node, owner: this.currentOwner() });
    this.isInLoop = true;
    switch (node.type) {
      case "WhileStatement":
        this.visit(node.condition);
        this.visitBlock(node.body);
        break;
      case "RepeatStatement": {
        const { length: outside } = this.inScope;
        this.visitStatements(node.body);
        this.visit(node.condition);
        this.closeScope(outside);
        break;
      }
      case "ForNumericStatement":
        this.result.declarations.push(node);
        this.visit(node.start);
        this.visit(node.limit);
        if (node.step !== undefined) this.visit(node.step);
        this.visitLoopBody([node.variable], node.body);
        break;
      case "ForGenericStatement":
        for (const iterator of node.iterators) this.visit(iterator);
        this.visitLoopBody(node.variables, node.body);
        break;
    }
    this.isInLoop = isInLoop;
  }

  private visitLoopBody(variables: readonly Name[], body: Block): void {
    const { length: outside } = this.inScope;
    for (const variable of variables) this.declare(variable, this.currentOwner());
    this.visitBlock(body);
    this.closeScope(outside);
  }

  private currentOwner(): FunctionExpression {
    if (this.owner === undefined) throw new Error("a statement outside of any function");
    return this.owner;
  }

  private declare(declaration: Name, owner: FunctionExpression): Variable {
    const variable: Variable = {
      name: declaration.name,
      owner,
      isReassigned: false,
      isCaptured: false,
      knownType: undefined,
      isPositive: false,
    };
    this.result.variables.set(declaration, variable);
    this.inScope.push({ variable, hidden: this.visible.get(variable.name) });
    this.visible.set(variable.name, variable);
    return variable;
  }

  private use(node: Identifier): void {
    const variable = this.visible.get(node.name);
    if (variable === undefined) {
      this.result.globals.add(node.name);
      this.result.uses.push(node);
      return;
    }
    this.result.resolved.set(node, variable);
    this.capture(variable);
  }

  /** Makes the variable reach the current function from its owner, through all between them. */
  private capture(variable: Variable): void {
    let user = this.owner;
    while (user !== undefined && user !== variable.owner) {
      const facts = this.result.functions.get(user);
      if (facts === undefined || facts.captures.has(variable)) return;
      variable.isCaptured = true;
      facts.captures.add(variable);
      user = facts.parent;
    }
  }
}
