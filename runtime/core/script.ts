/**
 * A loaded chunk, as errors and tracebacks see it. Stack frames name the script; the state finds it
 * by that name and the script finds the Lua line. Emitted functions hold their script, so a script
 * lives as long as any of its functions.
 */
import type {
  CompiledChunk,
  CompiledScript,
  Demands,
  FunctionDebugInfo,
  FunctionRange,
  FunctionText,
  ResumeFactory,
  Site,
} from "../host.ts";
import { noteWeakUse } from "./collector.ts";
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import type { LuaTable } from "./table.ts";

const NO_DEMANDS: Demands = { environments: false, hooks: false };

/** Longest text `shortSource` gives (LUA_IDSIZE of Lua, less the end). */
const MAX_SHORT_SOURCE = 59;

/** What is known of the lines of an emitted script. */
export class EmittedText {
  readonly script: Script;
  /** Its sites and functions are asked for when they are needed: they may have to be read first. */
  private readonly compiled: Pick<CompiledScript, "sites" | "functions">;

  constructor(script: Script, compiled: Pick<CompiledScript, "sites" | "functions">) {
    this.script = script;
    this.compiled = compiled;
  }

  /** The site of an emitted line: the last one at or before it. */
  siteAt(emitted: number): Site | undefined {
    return lastAtOrBefore(this.compiled.sites, emitted, (site) => site.emitted);
  }

  /** The function whose code an emitted line is in. */
  functionAt(emitted: number): FunctionRange | undefined {
    return lastAtOrBefore(this.compiled.functions, emitted, (range) => range.firstEmitted);
  }

  /** A function, and the site at which it was left (`Frame.pc`). */
  resumePoint(
    functionIndex: number,
    pc: number,
  ): { site: Site | undefined; range: FunctionRange | undefined } {
    const range = this.compiled.functions.find(({ index }) => index === functionIndex);
    const exit = Math.abs(pc);
    const site = this.compiled.sites.find(
      (candidate) =>
        candidate.pc === exit &&
        range !== undefined &&
        candidate.emitted >= range.firstEmitted &&
        candidate.emitted <= range.lastEmitted,
    );
    return { site, range };
  }
}

export class Script {
  /** Unique in its state; what stack frames carry as file name. */
  readonly name: string;
  /** As given to `load`: "@file", "=name" or the source text. */
  readonly chunkName: string;
  readonly shortSource: string;
  readonly text: EmittedText;
  /** Of the resume script, once it is loaded. The state knows it by `resumeName`. */
  resumeText: EmittedText | undefined = undefined;
  /** Bytes of the Lua source. */
  readonly source: string;
  /** Whether nothing tells lines or names of local variables. */
  readonly isStripped: boolean;
  /** Of the main function that was made last. Texts outlive their functions (loadedTexts.ts), so all this is weak. */
  private main: WeakRef<ClosureEnvironment> | undefined = undefined;
  private readonly chunk: CompiledChunk;
  private functionInfos: readonly FunctionDebugInfo[] | undefined = undefined;
  /** `undefined` before it runs, and once there were several. */
  private boundTo: WeakRef<LuaTable> | undefined = undefined;
  private isBoundToSeveral = false;
  private resumeFactory: ResumeFactory | undefined = undefined;

  constructor(name: string, chunkName: string, { source, chunk, isStripped }: ScriptContent) {
    this.name = name;
    this.chunkName = chunkName;
    this.shortSource = shortSource(chunkName);
    this.source = source;
    this.isStripped = isStripped;
    this.chunk = chunk;
    this.text = this.textOf(chunk);
  }

  /** Its functions have activations (activation.ts). */
  get isAccessible(): boolean {
    return this.chunk.isAccessible;
  }

  /** Its functions have environments of their own. */
  get usesEnvironments(): boolean {
    return this.chunk.usesEnvironments;
  }

  /** The environment of the main function that was made last, where functions have their own. */
  get mainEnvironment(): ClosureEnvironment | undefined {
    return this.main?.deref();
  }

  noteMain(environment: ClosureEnvironment): void {
    noteWeakUse();
    this.main = new WeakRef(environment);
  }

  /** Notes that its main function runs in an environment, or that one of its functions was given it. */
  noteEnvironment(environment: LuaTable): void {
    if (this.isBoundToSeveral) return;
    noteWeakUse();
    const before = this.boundEnvironment;
    if (before === environment) return;
    this.isBoundToSeveral = before !== undefined;
    this.boundTo = this.isBoundToSeveral ? undefined : new WeakRef(environment);
  }

  /** The environment of all its functions; `undefined` where there are or were several. */
  get boundEnvironment(): LuaTable | undefined {
    return this.boundTo?.deref();
  }

  /** What it seems to want of code that is none of its own. */
  get demands(): Demands {
    return this.chunk.demands ?? NO_DEMANDS;
  }

  /** Names of modules that it requires. */
  get requires(): readonly string[] {
    return (this.chunk.requires ?? []).map(({ name }) => name);
  }

  /**
   * The functions whose emitted text has a certain one in it, which is that of a function as it tells
   * itself.
   *
   * @param firstLine In the emitted header, as `lastLine`.
   */
  functionsWithText(text: string, firstLine: number, lastLine: number): FunctionRange[] {
    const { code, functions } = this.chunk;
    const candidates = functions.filter(
      (range) => range.firstLine === firstLine && range.lastLine === lastLine,
    );
    if (candidates.length === 0 || !code.includes(text)) return [];
    const lines = code.split("\n");
    return candidates.filter(({ firstEmitted, lastEmitted }) =>
      lines
        .slice(firstEmitted - 1, lastEmitted)
        .join("\n")
        .includes(text),
    );
  }

  /** The source of a function. @param offset Of its `FunctionRange`. */
  functionText(offset: number): FunctionText | undefined {
    return this.chunk.functionText(offset);
  }

  /** What the debug library wants to know of a function; the source is looked at again the first time. */
  debugInfo(functionIndex: number): FunctionDebugInfo | undefined {
    this.functionInfos ??= this.chunk.debugInfo();
    return this.functionInfos[functionIndex];
  }

  /** What stack frames of the resume script carry as file name. */
  get resumeName(): string {
    return this.name + RESUME_SUFFIX;
  }

  /**
   * The resume script, which is compiled the first time.
   *
   * @param instantiate Evaluates its code, as the host does.
   */
  resumeScript(instantiate: (code: string, name: string) => ResumeFactory): ResumeFactory {
    if (this.resumeFactory === undefined) {
      const compiled = this.chunk.resumeScript();
      this.resumeText = this.textOf(compiled);
      this.resumeFactory = instantiate(compiled.code, this.resumeName);
    }
    return this.resumeFactory;
  }

  private textOf(compiled: CompiledScript): EmittedText {
    return new EmittedText(this, this.isStripped ? stripped(compiled) : compiled);
  }
}

/** What a script is made of. */
export interface ScriptContent {
  readonly source: string;
  readonly chunk: CompiledChunk;
  readonly isStripped: boolean;
}

/** Without what `string.dump` strips: as in LuaJIT, names of globals, fields and methods remain. */
function stripped({ sites, functions }: CompiledScript) {
  return {
    sites: sites.map((site) => ({
      ...site,
      line: 0,
      ...(site.operands === undefined ? {} : { operands: site.operands.map(withoutVariable) }),
    })),
    functions: functions.map((range) => ({ ...range, firstLine: 0, lastLine: 0 })),
  };
}

function withoutVariable(operand: string): string {
  if (operand.startsWith("local '")) return "";
  return operand.startsWith("upvalue '") ? "upvalue ''" : operand;
}

/** Behind the name of a script, in that of its resume script. */
export const RESUME_SUFFIX = "#resumed";

/** How messages name a chunk (manual 3.8, `lua_Debug.short_src`). */
export function shortSource(chunkName: string): string {
  if (chunkName.startsWith("=")) return chunkName.slice(1, 1 + MAX_SHORT_SOURCE);
  if (chunkName.startsWith("@")) {
    const path = chunkName.slice(1);
    return path.length <= MAX_SHORT_SOURCE ? path : "..." + path.slice(3 - MAX_SHORT_SOURCE);
  }
  const whole = chunkName.slice(0, MAX_WHOLE_TEXT);
  const end = whole.search(CONTROL);
  const line = end < 0 ? whole : whole.slice(0, end);
  // A zero byte ends a name in C.
  const next = chunkName.charAt(line.length);
  if (next === "" || next === "\0") return `[string "${line}"]`;
  return `[string "${line.slice(0, MAX_CUT_TEXT)}..."]`;
}

/** What is shown of a text that is cut, and of one that need not be. */
const MAX_CUT_TEXT = 45;
const MAX_WHOLE_TEXT = 48;
const CONTROL = /[\0-\x1f]/;

function lastAtOrBefore<Row>(
  rows: readonly Row[],
  emitted: number,
  lineOf: (row: Row) => number,
): Row | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && lineOf(row) <= emitted) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
