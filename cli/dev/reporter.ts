/** Shows the events of the development server on a terminal, or wherever its output goes. */
import type { AccessEntry } from "../../runtime/gateway/index.ts";
import type { DispatchEvent } from "../../runtime/topics/index.ts";
import { describeFinding, describeTotals } from "../check/report.ts";
import type { CommandContext } from "../command.ts";
import { describeFailure as describeBug } from "../errors.ts";
import { describeEvent } from "../eventLine.ts";
import { OutputBatch } from "../outputBatch.ts";
import { requestLine } from "../requestLine.ts";
import { styleFor, type Style } from "../style.ts";
import type { DevEvent, Emit } from "./events.ts";
import type { NewFindings } from "./findings.ts";
import { greeting, routeTable } from "./greeting.ts";
import { OutputLines } from "./outputLines.ts";
import { describeBroken, describeError, describeFailure } from "./problemText.ts";
import { projectFiles, type ProjectFiles } from "./projectFiles.ts";
import { Repeats } from "./repeats.ts";

export interface ReporterOptions {
  /** Of the project, as they are served. */
  readonly files: ProjectFiles;
  readonly context: Pick<CommandContext, "stdout" | "stderr" | "env">;
  /** Whether keys do something. */
  readonly hasKeys: boolean;
}

export interface Reporter {
  readonly emit: Emit;
  /** Shows what is left to be shown. */
  close(): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  const screen = new Screen(options);
  return {
    emit: (event) => {
      screen.show(event);
    },
    close: () => {
      screen.close();
    },
  };
}

const CLEAR_SCREEN = "\u001b[2J\u001b[3J\u001b[H";

class Screen {
  private readonly output: OutputBatch;
  private readonly lines: OutputLines;
  /** Of requests. */
  private readonly repeats = new Repeats();
  private readonly brokenFiles = new Repeats();
  private readonly style: Style;
  private readonly errorStyle: Style;
  /** As they are served, and as they were saved. */
  private readonly files: ProjectFiles;
  private readonly savedFiles: ProjectFiles;
  private readonly hasKeys: boolean;
  private readonly isDebugging: boolean;
  private readonly takers: Readonly<Record<"stdout" | "stderr", (bytes: string) => void>>;

  constructor({ files, context: { stdout, stderr, env }, hasKeys }: ReporterOptions) {
    this.output = new OutputBatch(stdout, stderr);
    this.style = styleFor(stdout, env);
    this.errorStyle = styleFor(stderr, env);
    this.lines = new OutputLines(this.style);
    this.files = files;
    this.savedFiles = projectFiles(files.root);
    this.hasKeys = hasKeys;
    this.isDebugging = env["SPACER_DEBUG"] === "1";
    const streams = this.output.files();
    this.takers = {
      stdout: (bytes) => streams.stdout.write(bytes),
      stderr: (bytes) => streams.stderr.write(bytes),
    };
  }

  close(): void {
    this.lines.flush();
    this.output.close();
  }

  show(event: DevEvent): void {
    const { output, style, errorStyle } = this;
    switch (event.type) {
      case "listening":
        output.out(greeting({ ...event, hasKeys: this.hasKeys }, style));
        break;
      case "reloaded":
        this.repeats.forget();
        this.brokenFiles.forget();
        output.out(describeReload(event, style));
        break;
      case "broken": {
        const { message, hint, consequence } = event;
        const options = { files: this.savedFiles, style: errorStyle, repeats: this.brokenFiles };
        output.error(describeBroken(message, hint, options));
        output.error(`  ${errorStyle.dim(consequence)}\n`);
        // Requests that run into it have nothing to add.
        this.repeats.forget();
        this.repeats.note(message);
        break;
      }
      case "findings":
        output.out(describeFindings(event, style));
        break;
      case "clear":
        output.out(CLEAR_SCREEN);
        break;
      case "notice":
        output.out(`${event.message}\n`);
        break;
      case "request":
        output.out(this.describeRequest(event.entry));
        break;
      case "output":
        this.lines.write(event.bytes, event.invocation, this.takers[event.stream]);
        break;
      case "topic":
        output.out(this.describeTopicEvent(event.event));
        break;
      case "bug":
        output.error(describeBug(event.thrown, this.isDebugging).text);
        break;
    }
  }

  private describeTopicEvent(event: DispatchEvent): string {
    const { files, repeats, style, isDebugging } = this;
    return describeEvent(event, style, isDebugging, (error) =>
      describeError(error, { files, style, repeats }),
    );
  }

  private describeRequest(entry: AccessEntry): string {
    const { files, lines, repeats, style } = this;
    const { invocation, failure, functionName } = entry;
    if (invocation !== undefined) lines.end(invocation);
    const label = invocation === undefined ? undefined : lines.labelOf(invocation);
    const line = `${requestLine(entry, style)}${label === undefined ? "" : ` ${label}`}\n`;
    if (failure === undefined) return line;
    return line + describeFailure(failure, functionName, { files, style, repeats });
  }
}

/** So many are shown; a project that was never checked may have hundreds. */
const MAX_FINDINGS_SHOWN = 5;

function describeFindings({ findings, totals }: NewFindings, style: Style): string {
  const shown = findings.slice(0, MAX_FINDINGS_SHOWN);
  const texts = shown.map((finding) => describeFinding(finding, style));
  const hasMore = totals.errors + totals.warnings > shown.length;
  const summary = describeTotals(totals, style).trimEnd();
  return texts.join("") + (hasMore ? `${summary}; 'spacer check' shows all\n` : "");
}

type Reloaded = Extract<DevEvent, { type: "reloaded" }>;

function describeReload(event: Reloaded, style: Style): string {
  const { files, moduleCount, durationMs } = event;
  const dependants = moduleCount > files.length ? `, ${String(moduleCount)} modules` : "";
  const time = style.dim(`(${durationMs.toFixed(0)} ms${dependants})`);
  const routes = event.routes === undefined ? "" : `${routeTable(event.routes, style)}\n`;
  const what = files.length === 0 ? "everything" : listFiles(files);
  return `${style.cyan("reloaded")} ${what} ${time}\n${describeFresh(event, style)}${routes}`;
}

/** Why modules lost their state that did not change. */
function describeFresh({ freshBecause }: Reloaded, style: Style): string {
  return freshBecause === undefined || freshBecause === ""
    ? ""
    : `  ${style.dim(`all modules are loaded anew, because ${freshBecause}`)}\n`;
}

/** How many files are named; a checkout may touch hundreds. */
const MAX_FILES_SHOWN = 5;

function listFiles(files: readonly string[]): string {
  const hiddenCount = files.length - MAX_FILES_SHOWN;
  if (hiddenCount <= 1) return files.join(", ");
  return `${files.slice(0, MAX_FILES_SHOWN).join(", ")} and ${String(hiddenCount)} others`;
}
