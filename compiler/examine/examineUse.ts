/**
 * Examines one file for `spacer build`: what it uses of others, of the libraries and of what spacer comes with. A pure function of
 * the text and the options; its result is plain data that JSON can keep. Who compiles the file as well asks the output for it (compile.ts).
 */
import type { Chunk, Span } from "../ast.ts";
import { parse, type ParseOptions } from "../1-parse/index.ts";
import { analyze, type Analysis } from "../2-analyze/index.ts";
import type { SourceText } from "../source.ts";
import { ConstantPaths } from "./constantPaths.ts";
import type { NamedPlace } from "./facts.ts";
import { findMentions } from "./findMentions.ts";
import { findModules } from "./findModules.ts";
import { findComputedRoute, findRoutes } from "./findRoutes.ts";
import { findUse, type Use } from "./findUse.ts";
import type { ExamineOptions } from "./index.ts";
import { librariesFor } from "./libraries.ts";

export interface FileUse extends Use {
  /** Which of the functions that make code of texts, or texts of code, occur in it as names or texts of any kind. */
  readonly mentioned: readonly string[];
  /** Where it names the modules that it can't do without; of the others it sees that they are missing. */
  readonly requiredAt: readonly number[];
  /** What it makes known to `require` itself. */
  readonly provided: readonly string[];
  /** It changes how `require` searches. */
  readonly changesSearch: boolean;
  /** The functions that the rows of a gateway file name. */
  readonly routes: readonly NamedPlace[];
  /** Where the rows of a gateway file are computed. */
  readonly computedRouteAt: Span | undefined;
}

/** @returns `undefined` for a file that can't be compiled */
export function examineUse(source: SourceText, options: ExamineOptions = {}): FileUse | undefined {
  const errors: unknown[] = [];
  const chunk = parse(source, (diagnostic) => errors.push(diagnostic), options);
  if (chunk === undefined || errors.length > 0) return undefined;
  return useOf({ chunk, analysis: analyze(chunk) }, source, options, options.isGatewayFile);
}

/** The same of a file that is parsed and analyzed already. */
export function useOf(
  { chunk, analysis }: { readonly chunk: Chunk; readonly analysis: Analysis },
  { text }: SourceText,
  options: ParseOptions,
  isGatewayFile = false,
): FileUse {
  const paths = new ConstantPaths(analysis);
  const { globals } = librariesFor(options);
  const { required, provided, changesSearch } = findModules(chunk, analysis, {
    paths,
    known: globals,
  });
  const use = findUse(analysis, { paths, known: globals });
  return {
    modules: use.modules,
    functions: use.functions,
    unknown: use.unknown,
    globals: use.globals,
    anyGlobalAt: use.anyGlobalAt,
    usesStringMethods: use.usesStringMethods,
    readsDebugInfo: use.readsDebugInfo,
    mentioned: findMentions(chunk, text),
    requiredAt: required.map(({ span }) => span.start),
    provided,
    changesSearch,
    routes: isGatewayFile ? findRoutes(chunk) : [],
    computedRouteAt: isGatewayFile ? findComputedRoute(chunk) : undefined,
  };
}
