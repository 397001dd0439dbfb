/**
 * Examines one file for `spacer check`: what is wrong with it, and what it tells about itself to
 * those who know all files of a project. A pure function of the text and the options.
 */
import type { Chunk, Span } from "../ast.ts";
import { parse, type ParseOptions } from "../1-parse/index.ts";
import { analyze } from "../2-analyze/index.ts";
import type { DetailsOf, DiagnosticCode } from "../diagnostics/catalog.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { ruleEntries } from "../diagnostics/rules.ts";
import type { SourceText } from "../source.ts";
import { ConstantPaths } from "./constantPaths.ts";
import type { FileFacts, NamedPlace } from "./facts.ts";
import { findCalls } from "./findCalls.ts";
import { findGlobals } from "./findGlobals.ts";
import { findModules } from "./findModules.ts";
import { findNotOffered } from "./findNotOffered.ts";
import { findRoutes } from "./findRoutes.ts";
import { findUnreachable } from "./findUnreachable.ts";
import { findUnusedLocals } from "./findUnusedLocals.ts";
import { readIgnoreComments, type IgnoreComments } from "./ignoreComments.ts";
import { adviceOnModule, librariesFor } from "./libraries.ts";

export interface ExamineOptions extends ParseOptions {
  /** Whether it lists the routes of a project (app/gateway.lua). */
  readonly isGatewayFile?: boolean;
}

/** What comments can silence. */
const IGNORABLE = Object.keys(ruleEntries).filter(
  (code) => code !== "unknown-diagnostic" && code !== "invalid-settings",
);

/** Never throws for any text. */
export function examine(source: SourceText, options: ExamineOptions = {}): FileFacts {
  const errors: Diagnostic[] = [];
  const chunk = parse(source, (diagnostic) => errors.push(diagnostic), options);
  if (chunk === undefined || errors.length > 0) return factsOfBroken(errors);
  try {
    return new Examination(source, options).run(chunk);
  } catch (thrown) {
    if ((thrown as { name?: unknown } | null)?.name !== "RangeError") throw thrown;
    // As the compiler says it of a tree too deep for recursion.
    return factsOfBroken([createDiagnostic("too-many-levels", {}, { start: 0, end: 0 }, 1)]);
  }
}

/** What is known of a file that can't be parsed: nothing that could be held against it or others. */
function factsOfBroken(diagnostics: readonly Diagnostic[]): FileFacts {
  return {
    diagnostics,
    globals: {
      reads: [],
      functionWrites: [],
      assigned: [],
      declared: [],
      undeterminedAt: diagnostics[0]?.span,
      locals: [],
    },
    modules: { required: [], provided: [], changesSearch: false, requiresOthers: true },
    calls: { suspects: [], replaced: [] },
    routes: [],
  };
}

class Examination {
  private readonly source: SourceText;
  private readonly options: ExamineOptions;
  private readonly ignored: IgnoreComments;

  constructor(source: SourceText, options: ExamineOptions) {
    this.source = source;
    this.options = options;
    this.ignored = readIgnoreComments(source);
  }

  run(chunk: Chunk): FileFacts {
    const { isGatewayFile = false } = this.options;
    const analysis = analyze(chunk);
    const paths = new ConstantPaths(analysis);
    const libraries = librariesFor(this.options);
    const globals = findGlobals(chunk, analysis, { paths, known: libraries.globals });
    const modules = findModules(chunk, analysis, { paths, known: libraries.globals });
    const calls = findCalls(chunk, paths, libraries);
    const suspects = calls.wrong.flatMap(({ span, details, functionName, root }) =>
      // Whose globals are not the usual ones may have other functions of these names.
      root.kind === "global" && analysis.usesEnvironments
        ? []
        : this.report("wrong-argument-count", details, span).map((diagnostic) => ({
            diagnostic,
            functionName,
            root,
          })),
    );
    const unused = findUnusedLocals(chunk, analysis).flatMap(({ declaration, ...details }) =>
      this.report("unused-local", { ...details, name: declaration.name }, declaration.span),
    );
    const replaced = new Set([...globals.assigned, ...calls.replaced]);
    const unreachable = findUnreachable(chunk, analysis, replaced).flatMap(({ span, reason }) =>
      this.report("unreachable-code", { reason }, span),
    );
    const notOffered = findNotOffered(chunk, paths, replaced).flatMap(({ span, ...details }) =>
      this.report("not-offered", details, span),
    );
    return {
      diagnostics: [...unused, ...unreachable, ...notOffered, ...this.unknownCodes()],
      globals: {
        ...globals,
        reads: this.withoutIgnored("undefined-global", globals.reads),
        functionWrites: this.withoutIgnored("global-write-in-function", globals.functionWrites),
      },
      modules: { ...modules, required: this.requiredOf(modules.required) },
      calls: { suspects, replaced: calls.replaced },
      routes: isGatewayFile ? this.withoutIgnored("missing-function", findRoutes(chunk)) : [],
    };
  }

  /** A list of one, or of none when a comment silences it. */
  private report<Code extends DiagnosticCode>(
    code: Code,
    details: DetailsOf<Code>,
    span: Span,
  ): Diagnostic[] {
    if (this.ignored.isIgnored(code, span.start)) return [];
    return [createDiagnostic(code, details, span, this.source.lineAt(span.start))];
  }

  /** What is said of a module goes by its name. */
  private requiredOf(places: readonly NamedPlace[]): NamedPlace[] {
    const [code, other] = ["not-offered", "unknown-module"] as const;
    return places.filter(
      ({ name, span }) =>
        !this.ignored.isIgnored(adviceOnModule(name) === undefined ? other : code, span.start),
    );
  }

  private withoutIgnored(code: DiagnosticCode, places: readonly NamedPlace[]): NamedPlace[] {
    return places.filter(({ span }) => !this.ignored.isIgnored(code, span.start));
  }

  private unknownCodes(): Diagnostic[] {
    return this.ignored.codes.flatMap(({ name, span }) =>
      IGNORABLE.includes(name)
        ? []
        : this.report("unknown-diagnostic", { name, known: IGNORABLE }, span),
    );
  }
}
