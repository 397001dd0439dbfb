/**
 * The functions, blocks and variables around the place being recognized: for the limits on them
 * and for jumps. Line for line what LuaJIT checks, so that the first error found is the same.
 */
import type { Span } from "../ast.ts";
import { createDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Lexer } from "./lexer.ts";
import { SyntaxFault } from "./syntaxFault.ts";

const MAX_LOCALS = 200;
const MAX_UPVALUES = 60;

/** Stands for the label that a `break` goes to; no label can have this name. */
const BREAK_LABEL = "break";

interface Local {
  readonly name: string;
  readonly owner: FunctionScope;
  /** The variable of the same name that is hidden while this one is in scope. */
  readonly shadowed: Local | undefined;
}

export interface FunctionScope {
  readonly parent: FunctionScope | undefined;
  /** As in the messages about limits; 0 for the main chunk. */
  readonly firstLine: number;
  isVararg: boolean;
  /** Whether it has used `...` so far. */
  usesVararg: boolean;
  /** Whether a variable named `arg` has been used in it so far, or in functions nested in it. */
  usesArg: boolean;
  /** The variables in scope now; a variable's index is its LuaJIT slot. */
  readonly locals: Local[];
  readonly upvalues: Set<Local>;
  block: BlockScope;
}

interface BlockScope {
  readonly parent: BlockScope | undefined;
  readonly isLoop: boolean;
  /** How many variables of the function are in scope outside the block. */
  readonly outerLocals: number;
  /** By name: how many variables were in scope at each label so far. */
  labels: Map<string, number> | undefined;
  /** Gotos to labels not seen so far, in source order. */
  pending: PendingGoto[] | undefined;
}

interface PendingGoto {
  readonly label: string;
  readonly line: number;
  readonly span: Span;
  /** How many variables are in scope where the goto leaves the block it is pending in. */
  locals: number;
}

export class Scopes {
  function: FunctionScope;
  private readonly lexer: Lexer;
  private readonly visible = new Map<string, Local | undefined>();

  constructor(lexer: Lexer) {
    this.lexer = lexer;
    this.function = createFunction(undefined, 0);
    this.function.isVararg = true;
  }

  openFunction(firstLine: number): void {
    this.function = createFunction(this.function, firstLine);
  }

  /** @throws SyntaxFault "undefined label 'x'", "no loop to break" */
  closeFunction(): void {
    const { parent, block, usesArg } = this.function;
    this.endBlock(block);
    if (parent === undefined) return;
    if (usesArg) parent.usesArg = true;
    this.function = parent;
  }

  openBlock(isLoop: boolean): void {
    const { block, locals } = this.function;
    this.function.block = createBlock(block, isLoop, locals.length);
  }

  closeBlock(): void {
    const { block } = this.function;
    if (block.parent !== undefined) this.function.block = block.parent;
    this.endBlock(block);
  }

  /**
   * Checks that another variable may be declared besides the `waiting` ones of the same statement.
   *
   * @throws SyntaxFault "main function has more than 200 local variables"
   */
  checkLocal(waiting: number): void {
    if (this.function.locals.length + waiting < MAX_LOCALS) return;
    this.lexer.failAtPrevious("too-many-locals", { firstLine: this.function.firstLine });
  }

  /** Brings a variable into scope. */
  declare(name: string): void {
    const owner = this.function;
    const local = { name, owner, shadowed: this.visible.get(name) };
    owner.locals.push(local);
    this.visible.set(name, local);
  }

  /**
   * Whether a name means a global variable here. Counts upvalues.
   *
   * @throws SyntaxFault "function at line 1 has more than 60 upvalues"
   */
  isGlobal(name: string): boolean {
    if (name === "arg") this.function.usesArg = true;
    const local = this.visible.get(name);
    if (local === undefined) return true;
    if (local.owner !== this.function) this.addUpvalue(this.function, local);
    return false;
  }

  private addUpvalue(user: FunctionScope, local: Local): void {
    if (user === local.owner || user.upvalues.has(local)) return;
    if (user.parent !== undefined) this.addUpvalue(user.parent, local);
    if (user.upvalues.size >= MAX_UPVALUES) {
      this.lexer.failAtPrevious("too-many-upvalues", { firstLine: user.firstLine });
    }
    user.upvalues.add(local);
  }

  /** Whether a `break` here leaves a loop. */
  get isInLoop(): boolean {
    let block: BlockScope | undefined = this.function.block;
    while (block !== undefined && !block.isLoop) block = block.parent;
    return block !== undefined;
  }

  addBreak(line: number, span: Span): void {
    this.addGoto(BREAK_LABEL, line, span);
  }

  addGoto(label: string, line: number, span: Span): void {
    const { block, locals } = this.function;
    (block.pending ??= []).push({ label, line, span, locals: locals.length });
  }

  hasLabel(name: string): boolean {
    return this.function.block.labels?.has(name) === true;
  }

  addLabel(name: string): void {
    const { block, locals } = this.function;
    (block.labels ??= new Map()).set(name, locals.length);
  }

  /**
   * Settles the gotos before the label that was added last under this name.
   *
   * @param isTrailing Whether the block ends here: the label is outside its variables then.
   * @throws SyntaxFault "<goto x> jumps into the scope of local 'y'"
   */
  resolveLabel(name: string, isTrailing: boolean): void {
    const { block, locals } = this.function;
    const labelLocals = isTrailing ? block.outerLocals : block.labels?.get(name);
    block.pending = block.pending?.filter((pending) => {
      if (pending.label !== name) return true;
      if (labelLocals === undefined || pending.locals >= labelLocals) return false;
      const local = locals[pending.locals]?.name ?? "";
      const details = { label: name, local };
      throw new SyntaxFault(
        createDiagnostic("goto-into-scope", details, pending.span, pending.line),
      );
    });
  }

  private endBlock(block: BlockScope): void {
    const { locals } = this.function;
    while (locals.length > block.outerLocals) {
      const local = locals.pop();
      if (local !== undefined) this.visible.set(local.name, local.shadowed);
    }
    if (block.pending !== undefined) passOn(block.pending, block);
  }
}

/** Hands the gotos that a block leaves open to the block around it. */
function passOn(gotos: readonly PendingGoto[], block: BlockScope): void {
  for (const pending of gotos) {
    const { label, line, span } = pending;
    if (label === BREAK_LABEL ? block.isLoop : block.labels?.has(label) === true) continue;
    if (block.parent === undefined) {
      throw new SyntaxFault(
        label === BREAK_LABEL
          ? createDiagnostic("break-outside-loop", { near: "" }, span, line)
          : createDiagnostic("undefined-label", { label }, span, line),
      );
    }
    pending.locals = block.outerLocals;
    (block.parent.pending ??= []).push(pending);
  }
}

function createFunction(parent: FunctionScope | undefined, firstLine: number): FunctionScope {
  return {
    parent,
    firstLine,
    isVararg: false,
    usesVararg: false,
    usesArg: false,
    locals: [],
    upvalues: new Set(),
    block: createBlock(undefined, false, 0),
  };
}

function createBlock(
  parent: BlockScope | undefined,
  isLoop: boolean,
  outerLocals: number,
): BlockScope {
  return { parent, isLoop, outerLocals, labels: undefined, pending: undefined };
}
