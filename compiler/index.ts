/** The public door of the compiler. */
export {
  compile,
  compileDebugInfo,
  compileResumeScript,
  type Compilation,
  type CompiledOutput,
  type CompileOptions,
  type DescribedOutput,
} from "./compile.ts";
export { makeSourceMap, type SourceMapNames } from "./4-print/index.ts";
export { functionText, type FunctionText } from "./functionText.ts";
export { isHopeless, parse, readEvaluable, type ParseOptions } from "./1-parse/index.ts";
export { catalog, type DetailsOf, type DiagnosticCode } from "./diagnostics/catalog.ts";
export { createDiagnostic, luaMessage, type Diagnostic } from "./diagnostics/diagnostic.ts";
export { examine, type ExamineOptions } from "./examine/index.ts";
export { examineUse, type FileUse } from "./examine/examineUse.ts";
export type * from "./examine/facts.ts";
export type { UnknownName, UsedGlobal } from "./examine/findUse.ts";
export { readIgnoreComments } from "./examine/ignoreComments.ts";
export { adviceOnModule, librariesFor, type Libraries } from "./examine/libraries.ts";
export type { Requirement } from "./2-analyze/index.ts";
export { builtinModules, moduleFunctions, standardFunctions } from "./generated/libraries.ts";
export { renderDiagnostic } from "./diagnostics/render.ts";
export type { BoxedVariable, FunctionDescription } from "./3-generate/index.ts";
export { MAIN_NAME, NAMELESS } from "./2-analyze/index.ts";
export type { PrintedFunction, PrintedScript, PrintedSite } from "./4-print/index.ts";
export { SourceText } from "./source.ts";
export type * as ast from "./ast.ts";
export type { Span } from "./ast.ts";
