/** `spacer inspect`, once it is clear what is to be shown of which file. */
import type { FunctionDescription } from "../../compiler/index.ts";
import type { DialectName } from "../../runtime/index.ts";
import { fromBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { EXIT_INTERRUPTED } from "../errors.ts";
import { styleFor } from "../style.ts";
import { debuggerScript, sourceMapText } from "./debuggerView.ts";
import { openModule, openSource, type InspectedModule } from "./openModule.ts";
import { exitCodeOf, optimize } from "./optimize/optimize.ts";
import { verdictText } from "./optimize/verdictText.ts";
import { renderPage } from "./page/renderPage.ts";
import { checkPageTarget, writePage } from "./page/writePage.ts";
import { selectFunctions } from "./selectFunctions.ts";
import { codeText, sitesText, treeText } from "./showCode.ts";
import { statisticsOf } from "./statistics.ts";
import { statisticsText } from "./statisticsText.ts";
import type { Target } from "./target.ts";
import type { View } from "./view.ts";

export interface InspectRequest {
  readonly target: Target;
  readonly view: View;
  readonly dialect: DialectName;
  readonly isResume: boolean;
  readonly isRaw: boolean;
  readonly isJson: boolean;
  /** Whether the page is to tell V8's verdicts. */
  readonly isOptimized: boolean;
  /** Where the page goes; `undefined` for standard output. */
  readonly output: string | undefined;
  /** How long a traced run lasts. */
  readonly seconds: number;
  /** The words of the command, which a traced process gets as well. */
  readonly words: readonly string[];
}

/** @returns The exit code. @throws UserError */
export async function inspect(request: InspectRequest, context: CommandContext): Promise<number> {
  const { target, view, dialect } = request;
  const { file, selector } = target;
  if (view === "ast") {
    return print(treeText(openSource(file, context.cwd), dialect), context);
  }
  if (view === "debug" || view === "source-map") {
    const source = openSource(file, context.cwd);
    const script = debuggerScript(source, dialect, request.isResume);
    return print(
      fromBytes(view === "debug" ? script.code : sourceMapText(script, source)),
      context,
    );
  }
  const module = openModule(file, context.cwd, dialect);
  const shown = selector === undefined ? undefined : selectFunctions(module, selector);
  if (view === "html") return await showPage(module, shown, request, context);
  if (view === "opt") return await showVerdicts(module, shown, request, context);
  return print(showText(module, shown, request, context), context);
}

type Shown = readonly FunctionDescription[] | undefined;

function showText(
  module: InspectedModule,
  shown: Shown,
  request: InspectRequest,
  { stdout, env }: CommandContext,
): string {
  const { view, isResume, isRaw, isJson } = request;
  const style = styleFor(stdout, env);
  switch (view) {
    case "sites":
      return sitesText(module, { shown, isResume });
    case "stats": {
      const statistics = statisticsOf(module, shown ?? module.description.functions);
      return isJson ? json(statistics) : statisticsText(statistics, style);
    }
    default:
      return codeText(module, { shown, isResume, isRaw, style });
  }
}

async function showVerdicts(
  module: InspectedModule,
  shown: Shown,
  request: InspectRequest,
  context: CommandContext,
): Promise<number> {
  const functions = shown ?? module.description.functions;
  const report = await optimize(module, functions, request, context);
  if (report === undefined) return EXIT_INTERRUPTED;
  const style = styleFor(context.stdout, context.env);
  print(request.isJson ? json(report) : verdictText(report, style), context);
  return exitCodeOf(report);
}

async function showPage(
  module: InspectedModule,
  shown: Shown,
  request: InspectRequest,
  context: CommandContext,
): Promise<number> {
  const { output, isOptimized } = request;
  checkPageTarget(output, context.stdout);
  const report = isOptimized
    ? await optimize(module, module.description.functions, request, context)
    : undefined;
  if (isOptimized && report === undefined) return EXIT_INTERRUPTED;
  await writePage(renderPage(module, { selected: shown?.[0]?.index, report }), output, context);
  return report === undefined ? 0 : exitCodeOf(report);
}

function print(text: string, { stdout }: CommandContext): number {
  stdout.write(`${text.trimEnd()}\n`);
  return 0;
}

/** What does not exist is said not to: as `null`. */
function json(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => member ?? null, 2);
}
