/**
 * Finds what a file uses of others, of the libraries and of what spacer comes with, for who puts a program together without all
 * of it (`spacer build`). What nobody can tell is said, too: names that are computed, and globals that may be any.
 *
 * It errs on the side of using too much, but for modules and functions whose names are computed: those are for people to name.
 */
import type { CallExpression, Expression, IndexExpression, Span } from "../ast.ts";
import type { Analysis } from "../2-analyze/index.ts";
import type { ConstantPaths } from "./constantPaths.ts";
import type { NamedPlace } from "./facts.ts";
import { functionsOfModules } from "./libraries.ts";

export interface Use {
  /** Modules that it requires by a constant name, anywhere. */
  readonly modules: readonly NamedPlace[];
  /** Functions that it calls by a constant name, by the module `flow`. */
  readonly functions: readonly NamedPlace[];
  /** Names that are computed. */
  readonly unknown: readonly UnknownName[];
  /** Globals that libraries define, in the order of their first use. */
  readonly globals: readonly UsedGlobal[];
  /** Where it may reach any global: `_G[name]`, `setfenv`, `load`. */
  readonly anyGlobalAt: Span | undefined;
  /** It may look for functions of strings, as `s:upper()` does. */
  readonly usesStringMethods: boolean;
  /** It asks what only the source of a function can tell, by `debug.getinfo` or other functions of that library. */
  readonly readsDebugInfo: boolean;
}

export interface UsedGlobal {
  /** With the field that is asked for: "os.time"; "os" where it may be any, and "print". */
  readonly name: string;
  /** Where the spans begin and end, one after the other, in source order. Numbers, as a large program has tens of thousands. */
  readonly places: readonly number[];
}

export interface UnknownName {
  readonly kind: "module" | "function";
  readonly span: Span;
  /** What the name begins with, as far as that is constant. */
  readonly prefix: string;
}

/**
 * Whose users may see any global: the table of them all, those that have it in them, and what makes functions of texts, which
 * may name any.
 */
const REACHES_ALL: ReadonlySet<string> = new Set([
  "_G",
  "package",
  "package.loaded",
  "getfenv",
  "setfenv",
  "load",
  "loadstring",
  "loadfile",
  "dofile",
  "module",
]);

/** What programs use of the debug library that leads nowhere. */
const HARMLESS: ReadonlySet<string> = new Set(["debug.traceback", "debug.getinfo"]);

const STRING_FUNCTIONS: ReadonlySet<string> = new Set(
  [...functionsOfModules.keys()].flatMap((name) =>
    name.startsWith("string.") ? [name.slice("string.".length)] : [],
  ),
);

/** Functions of `flow`, and whether they take a name, or a list of calls. */
const FLOW_FUNCTIONS: Readonly<Partial<Record<string, "name" | "list">>> = {
  call: "name",
  all: "list",
};

/** @param known Names of the globals that libraries define. */
export function findUse(
  analysis: Pick<Analysis, "declarations" | "resolved" | "uses">,
  { paths, known }: { readonly paths: ConstantPaths; readonly known: ReadonlySet<string> },
): Use {
  const finder = new UseFinder(analysis, paths, known);
  for (const use of analysis.uses) finder.visit(use);
  return finder.result();
}

class UseFinder {
  private readonly resolved: Analysis["resolved"];
  private readonly paths: ConstantPaths;
  private readonly known: ReadonlySet<string>;
  private readonly modules: NamedPlace[] = [];
  private readonly functions: NamedPlace[] = [];
  private readonly unknown: UnknownName[] = [];
  private readonly globals = new Map<string, number[]>();
  private anyGlobalAt: Span | undefined = undefined;
  private usesStringMethods = false;
  private readsDebugInfo = false;
  /** Names of globals of which all has been said: by what is around them, or as ConstantPaths follows what they are called then. */
  private readonly seen = new Set<Expression>();

  constructor(
    { declarations, resolved }: Pick<Analysis, "declarations" | "resolved">,
    paths: ConstantPaths,
    known: ReadonlySet<string>,
  ) {
    this.resolved = resolved;
    this.paths = paths;
    this.known = known;
    for (const declaration of declarations) {
      if (declaration.type !== "LocalStatement") continue;
      for (const value of declaration.values) if (this.isRequire(value)) this.seen.add(value);
    }
  }

  result(): Use {
    const { modules, functions, unknown, anyGlobalAt } = this;
    const { usesStringMethods, readsDebugInfo } = this;
    return {
      modules,
      functions,
      unknown,
      globals: Array.from(this.globals, ([name, places]) => ({ name, places })),
      anyGlobalAt,
      usesStringMethods,
      readsDebugInfo,
    };
  }

  /** What is around it must come first. */
  visit(node: Analysis["uses"][number]): void {
    switch (node.type) {
      case "CallExpression":
        this.visitCall(node);
        break;
      case "IndexExpression":
        this.visitIndex(node);
        break;
      case "Identifier":
        if (!this.seen.has(node)) this.noteGlobal(node.name, node.name, node.span);
        break;
    }
  }

  private visitCall(node: CallExpression): void {
    const { callee, method, arguments: values } = node;
    if (method !== undefined) {
      if (STRING_FUNCTIONS.has(method)) this.usesStringMethods = true;
      return;
    }
    if (this.paths.fieldsOf(callee, "debug")?.[0] === "getinfo" && !isPlainInfo(values)) {
      this.readsDebugInfo = true;
    }
    this.visitRequire(node);
    const [field = ""] = this.paths.fieldsOfModule(callee, "flow") ?? [];
    const takes = FLOW_FUNCTIONS[field];
    if (takes === "name") this.noteFunction(values[0], node);
    else if (takes === "list") this.noteCalls(values[0], node);
  }

  private visitRequire(node: CallExpression): void {
    const { callee, arguments: values } = node;
    if (this.isRequire(callee)) this.noteModule(values[0], node, callee);
    const [called, ...others] = values;
    if (called !== undefined && this.isRequire(called)) {
      if (this.paths.isGlobal(callee, "pcall")) this.noteModule(others[0], node, called);
      if (this.paths.isGlobal(callee, "xpcall")) this.noteModule(others[1], node, called);
    }
  }

  private isRequire(node: Expression): boolean {
    return this.paths.isGlobal(node, "require");
  }

  /** @param require The word that stands for it in the call. */
  private noteModule(name: Expression | undefined, call: CallExpression, require: Expression) {
    this.seen.add(require);
    if (name?.type === "StringLiteral") {
      this.modules.push({ name: name.value, span: name.span });
    } else {
      this.unknown.push({
        kind: "module",
        span: name?.span ?? call.span,
        prefix: constantPrefix(name),
      });
    }
  }

  private noteFunction(name: Expression | undefined, { span }: Pick<Expression, "span">): void {
    if (name?.type === "StringLiteral") this.functions.push({ name: name.value, span: name.span });
    else
      this.unknown.push({
        kind: "function",
        span: name?.span ?? span,
        prefix: constantPrefix(name),
      });
  }

  /** `{{"a"}, {"b", data}}` */
  private noteCalls(list: Expression | undefined, call: CallExpression): void {
    if (list?.type !== "TableExpression") {
      this.noteFunction(undefined, list ?? call);
      return;
    }
    for (const { value } of list.entries) {
      const name = value.type === "TableExpression" ? value.entries[0] : undefined;
      this.noteFunction(name?.key === undefined ? name?.value : undefined, value);
    }
  }

  private visitIndex(node: IndexExpression): void {
    const { base, key } = node;
    if (key.type !== "StringLiteral") {
      if (key.type !== "NumberLiteral") this.usesStringMethods = true;
      return;
    }
    if (STRING_FUNCTIONS.has(key.value)) this.usesStringMethods = true;
    if (base.type !== "Identifier" || this.resolved.has(base)) return;
    this.seen.add(base);
    const { name } = base;
    if (name !== "_G") this.noteGlobal(name, `${name}.${key.value}`, node.span);
    else this.noteGlobal(key.value.replace(/\..*/s, ""), key.value, node.span);
  }

  /** @param library What the name begins with. */
  private noteGlobal(library: string, name: string, span: Span): void {
    if (name === "require") {
      // Somebody else is to call it.
      this.unknown.push({ kind: "module", span, prefix: "" });
    } else if (REACHES_ALL.has(name) || (library === "debug" && !HARMLESS.has(name))) {
      this.anyGlobalAt ??= span;
    } else if (name === "getmetatable") {
      // Of strings, it leads to their functions.
      this.usesStringMethods = true;
    }
    // `debug.getinfo` itself decides by how it is called; who stores it may call it in any way.
    if (library === "debug" && !HARMLESS.has(name)) this.readsDebugInfo = true;
    if (!this.known.has(library)) return;
    const places = this.globals.get(name);
    if (places === undefined) this.globals.set(name, [span.start, span.end]);
    else places.push(span.start, span.end);
  }
}

/** `debug.getinfo(2, "Sl")`: what every bundle can tell of a level of the stack. */
function isPlainInfo([level, options]: readonly Expression[]): boolean {
  if (level?.type !== "NumberLiteral") return false;
  return options?.type === "StringLiteral" && /^[Sln]*$/.test(options.value);
}

/** What a concatenation begins with. */
function constantPrefix(node: Expression | undefined): string {
  if (node?.type === "StringLiteral") return node.value;
  if (node?.type === "Parenthesized") return constantPrefix(node.expression);
  if (node?.type !== "BinaryExpression" || node.operator !== "..") return "";
  const left = constantPrefix(node.left);
  const isWhole = node.left.type === "StringLiteral";
  return isWhole ? left + constantPrefix(node.right) : left;
}
