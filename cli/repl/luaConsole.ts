/** `spacer run -i`: brings the REPL together with what it talks through, a terminal or plain standard input. */
import type { Host } from "../../runtime/host.ts";
import type { LuaState, LuaValue } from "../../runtime/index.ts";
import { toBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { styleFor } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { complete } from "./complete.ts";
import { historyFile, openHistory } from "./history.ts";
import { LineEditor } from "./lineEditor.ts";
import { completeModule } from "./moduleNames.ts";
import { plainSource } from "./plainSource.ts";
import { runRepl } from "./repl.ts";
import { SharedTerminal } from "./sharedTerminal.ts";

/** Modules that are at hand in each statement of a project's REPL. */
const PROJECT_MODULES = ["flow", "topics", "ngx", "cjson"];

/** The project that a REPL is in. */
export interface ConsoleProject {
  readonly root: string;
  readonly name: string;
}

export class LuaConsole {
  private readonly context: CommandContext;
  private readonly shared = new SharedTerminal();
  private project: ConsoleProject | undefined = undefined;
  private editor: LineEditor | undefined = undefined;

  constructor(context: CommandContext) {
    this.context = context;
  }

  /** The host of a state that is to have a REPL. */
  adapt(host: Host): Host {
    return { ...host, files: this.shared.adapt(host.files) };
  }

  enterProject(project: ConsoleProject): void {
    this.project = project;
  }

  /** Resolves when its input ends; rejects as `runRepl`. */
  async run(state: LuaState): Promise<void> {
    const terminal = this.context.openTerminal();
    const locals = await this.loadModules(state);
    if (terminal === undefined) {
      await runRepl({ state, source: plainSource(state), locals });
    } else {
      await this.runOnTerminal(state, terminal, locals);
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.editor?.close();
    this.editor = undefined;
  }

  private async runOnTerminal(
    state: LuaState,
    terminal: Terminal,
    locals: ReadonlyMap<string, LuaValue>,
  ): Promise<void> {
    const { env, cwd } = this.context;
    const interrupts = await terminal.watchInterrupts();
    const scope = { state, locals, folder: this.project?.root ?? cwd };
    const source = new LineEditor({
      terminal,
      shared: this.shared,
      history: openHistory(historyFile(env)),
      complete: (text) => completeModule(text, scope) ?? complete(text, scope),
    });
    this.editor = source;
    const { dim } = styleFor(terminal.output, env);
    state.host.files.stdout.write(toBytes(`${dim(this.greeting(locals))}\n`));
    await runRepl({ state, source, typed: { interrupts, paint: dim }, locals });
  }

  private greeting(locals: ReadonlyMap<string, LuaValue>): string {
    const keys = "Tab completes, Ctrl-C interrupts, Ctrl-D leaves.";
    if (this.project === undefined) return keys;
    const modules = [...locals.keys()].join(", ");
    return `Project ${this.project.name}: its modules by require; ${modules} are at hand.\n${keys}`;
  }

  /** Locals, so that the project's own code does not see them and does the same here as elsewhere. */
  private async loadModules(state: LuaState): Promise<Map<string, LuaValue>> {
    const modules = new Map<string, LuaValue>();
    if (this.project === undefined) return modules;
    const require = state.globals.getString("require");
    for (const name of PROJECT_MODULES) {
      const [module] = await state.run(require, name);
      modules.set(name, module);
    }
    return modules;
  }
}
