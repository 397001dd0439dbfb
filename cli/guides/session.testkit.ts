/**
 * One page of the guide as somebody follows it: a new project, its files, the server of `spacer dev`, and commands beside it.
 *
 * All files of a page are there from the start, each as it is first shown, unless the page makes the project itself: then those
 * are that stand above the command that runs.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { compile, SourceText } from "../../compiler/index.ts";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { parseConfig } from "../config.ts";
import { parseYaml, readOrigin, type Reader } from "../configReaders.ts";
import type { Block, Plan, SampleCommand } from "./blocks.testkit.ts";
import { performCurl } from "./curl.testkit.ts";
import { missingLine, outputPattern, withoutTrailingBlanks } from "./outputPattern.testkit.ts";
import { makePrograms, runShell, type ShellResult } from "./shell.testkit.ts";
import { typeTranscript } from "./typedRepl.testkit.ts";

const PROJECT = "hello";

/** How long it may take until something is as the guide says. */
const PATIENCE_MS = 10_000;

/** What goes on until Ctrl-C, and what it prints when it has begun. */
const ENDLESS: readonly (readonly [command: RegExp, begun: RegExp])[] = [
  [/^spacer (?:dev|start)\b|^\.\/bin\/(?:dev|prod)\.sh/, /serving|runs the triggers/],
  [/ -f\b|--follow/, /./],
];

/** What may be run again, when what it is to show takes a moment. */
const IS_HARMLESS =
  /^spacer (?:analyze|check|topics (?:list|show|tail)|groups (?:list|show)|dlq (?:list|show))\b/;

export class GuideSession {
  private readonly cli: TestCli;
  private readonly server: TestCli;
  private serverEnded: Promise<number> | undefined;
  private programs: string | undefined;
  private readonly written = new Set<Block>();
  private readonly files: readonly (readonly [path: string, block: Block])[];

  /** @param files Those of the page, in order. */
  constructor(files: readonly (readonly [path: string, block: Block])[]) {
    this.files = files;
    this.cli = createTestCli();
    this.server = createTestCli({ SPACER_WRITE_PROXY_LISTEN: ":0" });
  }

  /** Makes the project, when the page does not do so itself. */
  async begin(makesProject: boolean): Promise<void> {
    if (makesProject) return;
    await this.cli.run("init", PROJECT);
    this.cli.clear();
    this.writeFiles();
  }

  /** @throws An error of Jest when something is not as the guide says */
  async perform(block: Block, plan: Plan): Promise<void> {
    switch (plan.kind) {
      case "commands":
        for (const command of plan.commands) await this.runSample(command, block);
        return;
      case "repl":
        await this.typeSample(block.text);
        return;
      case "server output":
        await this.expectServerOutput(block);
        return;
      case "settings":
        this.readSettings(block.text);
        return;
      case "compiled":
        expect(compile(new SourceText(block.text, "=part", "part")).diagnostics).toEqual([]);
        return;
      case "part":
        expectPart(JSON.parse(block.text), readFileSync(join(this.project, plan.file), "utf8"));
        return;
      case "file":
        // What the page changes later on; all other files are there.
        if (!this.written.has(block)) this.writeFile(plan.path, block);
        return;
      case "not run":
        return;
    }
  }

  /** What `spacer check` finds in the project: "" for nothing. */
  async check(): Promise<string> {
    this.writeFiles();
    if (!existsSync(this.project)) return "";
    this.cli.clear();
    const exitCode = await this.cli.run("check", PROJECT, "--strict");
    return exitCode === 0 ? "" : this.cli.out + this.cli.err;
  }

  async end(): Promise<void> {
    this.server.interrupt();
    await this.serverEnded;
    this.server.dispose();
    this.cli.dispose();
  }

  private get project(): string {
    return join(this.cli.cwd, PROJECT);
  }

  private writeFiles(above = Infinity): void {
    const paths = new Set<string>();
    for (const [path, block] of this.files) {
      const isChanged = paths.has(path);
      paths.add(path);
      if (block.line > above || this.written.has(block) || isChanged) continue;
      this.writeFile(path, block);
    }
  }

  private writeFile(path: string, block: Block): void {
    this.written.add(block);
    this.cli.write(join(PROJECT, path), block.text);
  }

  private async runSample({ text, output }: SampleCommand, block: Block): Promise<void> {
    if (text.startsWith("cd ")) return;
    this.writeFiles(block.line);
    const isCurl = text.startsWith("curl ");
    const run = isCurl
      ? async () => ({
          exitCode: 0,
          output: await performCurl(text, (port) => this.urlOf(port, block)),
        })
      : () => this.runCommand(text, output);
    let result = await run();
    const isAsShown = () => output === undefined || showsOutput(output, result.output);
    // What triggers and the log do takes a moment, and so does a reload. What was not found has done nothing.
    const mayRepeat = () =>
      (isCurl ? !/ -[Xd] /.test(text) : IS_HARMLESS.test(text)) ||
      result.output.includes("not found");
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!isAsShown() && mayRepeat() && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      result = await run();
    }
    // Of tests that fail, and the like, the guide shows what is printed; else all is well.
    if (output === undefined) expect([text, result]).toEqual([text, { ...result, exitCode: 0 }]);
    else if (!isAsShown()) expect(`$ ${text}\n${result.output}`).toBe(`$ ${text}\n${output}`);
  }

  private async runCommand(text: string, output: string | undefined): Promise<ShellResult> {
    const [, begun] = ENDLESS.find(([command]) => command.test(text)) ?? [];
    const pattern = output === undefined ? undefined : outputPattern(output);
    const until = (printed: string) =>
      pattern === undefined
        ? begun?.test(printed) === true
        : pattern.test(withoutTrailingBlanks(printed));
    this.programs ??= makePrograms(this.cli.cwd);
    const { PATH = "", ...env } = this.cli.context.env;
    return await runShell(text, {
      cwd: existsSync(this.project) ? this.project : this.cli.cwd,
      env: {
        ...env,
        HOME: this.cli.cwd,
        PATH: `${this.programs}:${PATH}`,
        SPACER_BIN: join(this.programs, "spacer"),
        PORT: "0",
        SPACER_WRITE_PROXY_LISTEN: ":0",
        SPACER_GATEWAY_ADMIN: "{port: 0}",
      },
      ...(begun === undefined ? {} : { until }),
    });
  }

  private async typeSample(text: string): Promise<void> {
    const [, command = `run --project ${PROJECT} -i`] = /^\$ spacer (.*)\n/.exec(text) ?? [];
    const shown = text.replace(/^\$ .*\n/, "");
    this.cli.clear();
    const transcript = await typeTranscript(this.cli, command.split(" "), shown);
    const lines = withoutTrailingBlanks(transcript).split("\n");
    const first = withoutTrailingBlanks(shown).split("\n")[0] ?? "";
    // The banner is shown or not.
    const own = lines.slice(
      Math.max(
        0,
        lines.findIndex((line) => outputPattern(first).test(line)),
      ),
    );
    expect(own.join("\n")).toMatch(outputPattern(shown));
  }

  private async expectServerOutput(block: Block): Promise<void> {
    await this.startServer(block);
    const { text } = block;
    const printed = () => this.server.out + this.server.err;
    await waitFor(
      () => missingLine(text, printed()) === undefined,
      () => `the server prints "${missingLine(text, printed()) ?? ""}"\n\n${printed()}`,
    );
  }

  /** Topics that only other parts of the page name are as good as any. */
  private readSettings(text: string): void {
    const all: Reader<unknown> = (node) => (node as { toJSON(): unknown } | null)?.toJSON();
    const { topics, events, schedules } = readOrigin(all, parseYaml(text, "", true)) as {
      topics?: unknown;
      events?: Record<string, unknown>;
      schedules?: readonly { topic: string }[];
    };
    const named = [...Object.keys(events ?? {}), ...(schedules ?? []).map(({ topic }) => topic)];
    const head = "spacerVersion: 1\nappName: hello\n";
    const missing = topics === undefined ? `topics: ${JSON.stringify(named)}\n` : "";
    parseConfig(head + missing + text, {});
  }

  /** The server that answers the requests of the page. */
  private async startServer(block: Block): Promise<void> {
    this.writeFiles(block.line);
    this.serverEnded ??= this.server.run("dev", this.project, "--port", "0");
    await waitFor(
      () => this.server.out.includes("serving on"),
      () => this.server.out + this.server.err,
      30_000,
    );
  }

  private async urlOf(port: string, block: Block): Promise<string> {
    await this.startServer(block);
    const line = port === "9065" ? /append to topics on (http:\S+)/ : /serving on (http:\S+)/;
    await waitFor(
      () => line.test(this.server.out),
      () => this.server.out + this.server.err,
      30_000,
    );
    return line.exec(this.server.out)?.[1] ?? "";
  }
}

/**
 * JSON may have its fields in another order: some come first whose names a program knows, be it that of another page which ran in this process
 * (docs/semantics.md, "order of pairs").
 */
function showsOutput(shown: string, printed: string): boolean {
  const valueOf = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const value = valueOf(shown);
  if (value !== undefined) return isDeepStrictEqual(value, valueOf(printed));
  return outputPattern(shown).test(withoutTrailingBlanks(printed));
}

/** That a value is somewhere within the JSON of a file. */
function expectPart(part: unknown, text: string): void {
  const within = (value: unknown): unknown[] =>
    typeof value === "object" && value !== null
      ? [value, ...Object.values(value).flatMap(within)]
      : [value];
  expect(within(JSON.parse(text))).toContainEqual(part);
}
