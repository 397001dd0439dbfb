/** How large a module and its functions are, and what they are made of. */
import type { BoxedVariable, FunctionDescription, PrintedScript } from "../../compiler/index.ts";
import type { InspectedModule } from "./openModule.ts";

/** Sizes in bytes. */
export interface Sizes {
  /** Of the Lua source; of a function without those written inside of it. */
  readonly sourceBytes: number;
  /** Of the JavaScript that is loaded at first. */
  readonly emittedBytes: number;
  /** Of what is loaded when something in the module waits for the first time. */
  readonly resumeBytes: number;
  /** Emitted bytes for each byte of source. */
  readonly ratio: number;
  /** Emitted lines that can raise an error, call or wait. */
  readonly sites: number;
  /** Points at which a function can be left and resumed. */
  readonly exits: number;
}

/** Its first line is 0 for the main chunk; "..." is a parameter. */
export interface FunctionStatistics
  extends
    Sizes,
    Pick<
      FunctionDescription,
      | "name"
      | "firstLine"
      | "lastLine"
      | "parameters"
      | "captures"
      | "saved"
      | "helpers"
      | "globals"
    > {
  readonly boxed: readonly BoxedStatistics[];
}

export interface BoxedStatistics extends Omit<BoxedVariable, "capturedBy" | "places"> {
  /** Names of functions. */
  readonly capturedBy: readonly string[];
}

export interface Statistics {
  readonly file: string;
  readonly module: Sizes & {
    readonly helpers: readonly string[];
    readonly globals: readonly string[];
  };
  readonly functions: readonly FunctionStatistics[];
}

/** @param shown The functions to tell of. */
export function statisticsOf(
  module: InspectedModule,
  shown: readonly FunctionDescription[],
): Statistics {
  const { file, source, output, description } = module;
  const { functions, helpers, globals } = description;
  const resume = output.resumeScript();
  const whole = sizes({
    sourceBytes: source.text.length,
    emittedBytes: output.code.length,
    resumeBytes: functions.some(({ exits }) => exits > 0) ? resume.code.length : 0,
    sites: output.sites.length,
    exits: functions.reduce((sum, { exits }) => sum + exits, 0),
  });
  const [emittedPart, resumePart] = [measure(output), measure(resume)];
  return {
    file,
    module: { ...whole, helpers, globals },
    functions: shown.map((described) =>
      functionStatistics(described, functions, {
        emitted: emittedPart(described.index),
        resume: resumePart(described.index),
      }),
    ),
  };
}

/** A function's part of a script. */
interface Part {
  readonly sizeBytes: number;
  readonly sites: number;
}

interface Parts {
  readonly emitted: Part;
  readonly resume: Part;
}

function functionStatistics(
  described: FunctionDescription,
  functions: readonly FunctionDescription[],
  { emitted, resume }: Parts,
): FunctionStatistics {
  const { index, name, firstLine, lastLine, span, exits } = described;
  const { captures, saved, helpers, globals } = described;
  const inside = functions.filter(({ parent }) => parent === index);
  const lengthOf = (part: { readonly start: number; readonly end: number }) =>
    part.end - part.start;
  return {
    name,
    firstLine,
    lastLine,
    parameters: [...described.parameters, ...(described.isVararg ? ["..."] : [])],
    ...sizes({
      sourceBytes: lengthOf(span) - inside.reduce((sum, each) => sum + lengthOf(each.span), 0),
      emittedBytes: emitted.sizeBytes,
      resumeBytes: resume.sizeBytes,
      sites: emitted.sites,
      exits,
    }),
    captures,
    boxed: described.boxed.map(({ name, line, reassignedAt, capturedBy }) => ({
      name,
      line,
      reassignedAt,
      capturedBy: capturedBy.map((each) => functions[each]?.name ?? ""),
    })),
    saved,
    helpers,
    globals,
  };
}

function sizes(known: Omit<Sizes, "ratio">): Sizes {
  const ratio = known.sourceBytes === 0 ? 0 : known.emittedBytes / known.sourceBytes;
  return { ...known, ratio: Math.round(ratio * 100) / 100 };
}

/** @returns Tells of a function of the script; functions without a part of it are 0. */
function measure({ code, functions, sites }: PrintedScript) {
  const starts = [0];
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  const startOf = (line: number): number => starts[line - 1] ?? code.length;
  const parts = new Map<number, Part>();
  let next = 0;
  // Functions and sites are in the order of the lines.
  for (const { index, firstEmitted, lastEmitted } of functions) {
    const first = next;
    while ((sites[next]?.emitted ?? Infinity) <= lastEmitted) next++;
    const sizeBytes = startOf(lastEmitted + 1) - startOf(firstEmitted);
    parts.set(index, { sizeBytes, sites: next - first });
  }
  return (index: number): Part => parts.get(index) ?? { sizeBytes: 0, sites: 0 };
}
