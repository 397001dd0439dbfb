/**
 * A debugger for tests: it speaks the Chrome DevTools Protocol over its real WebSocket with a real process, and uses
 * source maps as Chrome and VS Code do.
 */
import { spawn, type ChildProcess } from "node:child_process";
import {
  allGeneratedPositionsFor,
  decodedMappings,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from "@jridgewell/trace-mapping";
import { WebSocket } from "ws";
import { waitFor, type TestCli } from "../context.testkit.ts";

export interface LoadedScript {
  readonly id: string;
  readonly url: string;
  readonly map: TraceMap;
}

interface Location {
  readonly scriptId: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

interface RemoteObject {
  readonly type: string;
  readonly value?: unknown;
  readonly description?: string;
  readonly objectId?: string;
  readonly customPreview?: { readonly header: string };
}

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: Location;
  readonly scopeChain: readonly { readonly type: string; readonly object: RemoteObject }[];
}

/** Where the program stands, in terms of Lua. */
export interface Pause {
  readonly reason: string;
  readonly frames: readonly CallFrame[];
  readonly script: LoadedScript | undefined;
  /** "hello.lua:3"; `undefined` where the source map leads nowhere. */
  readonly place: string | undefined;
}

export class TestDebugger {
  readonly scripts = new Map<string, LoadedScript>();
  private readonly socket: WebSocket;
  private readonly child: ChildProcess;
  private readonly answers = new Map<number, (message: Message) => void>();
  private readonly pauses: Pause[] = [];
  private readonly newScripts: LoadedScript[] = [];
  private readonly breakpoints: { readonly source: RegExp; readonly line: number }[] = [];
  private snapshot = "";
  private requestCount = 0;
  private output = "";

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.child = child;
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      this.receive(JSON.parse(data.toString()) as Message);
    });
  }

  /**
   * Starts the program with these words and attaches to it.
   *
   * @param words "run", "--inspect-brk=0", ...
   */
  static async start(
    cli: TestCli,
    words: readonly string[],
    env: Record<string, string> = {},
  ): Promise<TestDebugger> {
    const [program = "", ...first] = cli.context.self;
    const child = spawn(program, [...first, ...words], {
      cwd: cli.cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const gather = (text: Buffer): void => {
      output += text.toString();
    };
    child.stdout.on("data", gather);
    child.stderr.on("data", gather);
    const describe = (): string => output;
    try {
      await waitFor(() => /ws:\/\/\S+/.test(output), describe, 30_000);
      const socket = new WebSocket(/ws:\/\/\S+/.exec(output)?.[0] ?? "");
      await new Promise((opened, failed) => socket.once("open", opened).once("error", failed));
      const attached = new TestDebugger(child, socket);
      attached.output = output;
      child.stdout.on("data", (text: Buffer) => (attached.output += text.toString()));
      child.stderr.on("data", (text: Buffer) => (attached.output += text.toString()));
      await attached.send("Runtime.enable");
      await attached.send("Debugger.enable");
      // As debuggers do: scripts wait until their breakpoints are set.
      await attached.send("Debugger.setInstrumentationBreakpoint", {
        instrumentation: "beforeScriptWithSourceMapExecution",
      });
      return attached;
    } catch (thrown) {
      child.kill("SIGKILL");
      throw thrown;
    }
  }

  /** All that the program has printed. */
  get printed(): string {
    return this.output;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
    this.socket.terminate();
  }

  async send<Result = unknown>(method: string, parameters: object = {}): Promise<Result> {
    const id = ++this.requestCount;
    const answer = new Promise<Message>((resolve) => this.answers.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params: parameters }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as Result;
  }

  /** Lets a program go that waits for its debugger. */
  async begin(): Promise<void> {
    await this.send("Runtime.runIfWaitingForDebugger");
  }

  /** A breakpoint in a line of Lua, in all scripts that stem from it, now and later. */
  async breakAt(file: string, line: number): Promise<void> {
    await this.breakAtSource(new RegExp(`/${file.replaceAll(".", "\\.")}$`), line);
  }

  /** @param source What the URL of the Lua source looks like. */
  async breakAtSource(source: RegExp, line: number): Promise<void> {
    this.breakpoints.push({ source, line });
    for (const script of this.scripts.values()) await this.setBreakpoint(script, source, line);
  }

  /** As a file of one, which is JSON. */
  async heapSnapshot(): Promise<string> {
    this.snapshot = "";
    await this.send("HeapProfiler.takeHeapSnapshot");
    return this.snapshot;
  }

  async nextPause(): Promise<Pause> {
    await waitFor(
      () => this.pauses.length > 0,
      () => `no pause; printed: ${this.output}`,
      20_000,
    );
    return this.pauses.shift() as Pause;
  }

  /** Goes on, and waits for the next pause. */
  async resume(): Promise<Pause> {
    await this.send("Debugger.resume");
    return await this.nextPause();
  }

  async letGo(): Promise<void> {
    await this.send("Debugger.resume");
  }

  /** Goes on to the next statement of Lua, as Chrome does: passing over what stems from the same one. */
  async stepOver(from: Pause): Promise<Pause> {
    const [frame] = from.frames;
    if (frame === undefined) throw new Error("paused nowhere");
    await this.send("Debugger.stepOver", { skipList: this.samePlace(frame.location) });
    return await this.nextPause();
  }

  /** As VS Code does: one JavaScript statement; what leads nowhere is passed over. */
  async stepOverPlainly(): Promise<Pause> {
    for (;;) {
      await this.send("Debugger.stepOver");
      const pause = await this.nextPause();
      if (pause.place !== undefined || pause.script === undefined) return pause;
    }
  }

  /** The Lua variables of the innermost frame, inner ones hiding outer ones, as they are shown. */
  async locals({ frames, script }: Pause): Promise<Record<string, unknown>> {
    const shown: Record<string, unknown> = {};
    const names = await this.namesIn(script);
    const [frame] = frames;
    for (const { type, object } of frame?.scopeChain ?? []) {
      if (type !== "block" && type !== "local") break;
      for (const { name, value } of await this.propertiesOf(object)) {
        const luaName = names.get(name) ?? name;
        if (!name.startsWith("$") && !Object.hasOwn(shown, luaName)) shown[luaName] = plain(value);
      }
    }
    return shown;
  }

  /** Evaluates in the innermost frame. */
  async evaluate({ frames }: Pause, expression: string): Promise<RemoteObject> {
    const { result } = await this.send<{ result: RemoteObject }>("Debugger.evaluateOnCallFrame", {
      callFrameId: frames[0]?.callFrameId,
      expression,
    });
    return result;
  }

  /** What the variables of a script are called in Lua, by their JavaScript names. */
  private async namesIn(script: LoadedScript | undefined): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    if (script === undefined) return names;
    const { scriptSource } = await this.send<{ scriptSource: string }>("Debugger.getScriptSource", {
      scriptId: script.id,
    });
    const lines = scriptSource.split("\n");
    decodedMappings(script.map).forEach((segments, line) => {
      for (const segment of segments) {
        const compiled = /^[\w$]+/.exec((lines[line] ?? "").slice(segment[0]))?.[0];
        const name = segment.length === 5 ? script.map.names[segment[4]] : undefined;
        if (compiled !== undefined && name !== undefined) names.set(compiled, name);
      }
    });
    return names;
  }

  private async propertiesOf({ objectId }: RemoteObject) {
    const { result } = await this.send<{
      result: { readonly name: string; readonly value?: RemoteObject }[];
    }>("Runtime.getProperties", { objectId, ownProperties: true });
    return result;
  }

  private receive(message: Message): void {
    if (message.id !== undefined) {
      this.answers.get(message.id)?.(message);
      this.answers.delete(message.id);
    } else if (message.method === "Debugger.scriptParsed") {
      const { scriptId, url, sourceMapURL } = message.params as ParsedScript;
      if (!url.startsWith("lua:")) return;
      const map = decodeMap(sourceMapURL);
      const script = { id: scriptId, url, map };
      this.scripts.set(scriptId, script);
      this.newScripts.push(script);
    } else if (message.method === "HeapProfiler.addHeapSnapshotChunk") {
      this.snapshot += (message.params as { readonly chunk: string }).chunk;
    } else if (message.method === "Debugger.paused") {
      const { reason, callFrames } = message.params as PausedEvent;
      if (reason === "instrumentation") {
        void this.prepareNewScripts();
        return;
      }
      const location = callFrames[0]?.location;
      const script = location === undefined ? undefined : this.scripts.get(location.scriptId);
      const place = location === undefined ? undefined : this.placeOf(location);
      this.pauses.push({ reason, frames: callFrames, script, place });
    }
  }

  private async prepareNewScripts(): Promise<void> {
    for (const script of this.newScripts.splice(0)) {
      for (const { source, line } of this.breakpoints) {
        await this.setBreakpoint(script, source, line);
      }
    }
    await this.send("Debugger.resume");
  }

  private placeOf({ scriptId, lineNumber, columnNumber = 0 }: Location): string | undefined {
    const script = this.scripts.get(scriptId);
    if (script === undefined) return undefined;
    const found = originalPositionFor(script.map, { line: lineNumber + 1, column: columnNumber });
    if (found.source === null) return undefined;
    return `${found.source.slice(found.source.lastIndexOf("/") + 1)}:${String(found.line)}`;
  }

  private async setBreakpoint(
    { id, map }: LoadedScript,
    wanted: RegExp,
    line: number,
  ): Promise<void> {
    const source = map.sources.find((url) => url !== null && wanted.test(url));
    if (typeof source !== "string") return;
    const needle = { source, line, column: 0, bias: LEAST_UPPER_BOUND } as const;
    const [first] = allGeneratedPositionsFor(map, needle).sort(
      (a, b) => a.line - b.line || a.column - b.column,
    );
    if (first?.line == null) return;
    const location = { scriptId: id, lineNumber: first.line - 1, columnNumber: first.column };
    await this.send("Debugger.setBreakpoint", { location });
  }

  /** The range around a location that leads to the same place as it. */
  private samePlace({ scriptId, lineNumber, columnNumber = 0 }: Location): object[] {
    const map = this.scripts.get(scriptId)?.map;
    if (map === undefined) return [];
    const all = mappingsOf(map);
    const here = all.findLastIndex(
      ({ line, column }) => line < lineNumber || (line === lineNumber && column <= columnNumber),
    );
    const isSame = (index: number): boolean =>
      all[index]?.place !== undefined && all[index].place === all[here]?.place;
    let [first, last] = [here, here];
    while (isSame(first - 1)) first--;
    while (isSame(last + 1)) last++;
    const [start, end] = [all[first], all[last + 1]];
    if (start === undefined || end === undefined) return [];
    const at = ({ line, column }: typeof start) => ({ lineNumber: line, columnNumber: column });
    return [{ scriptId, start: at(start), end: at(end) }];
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface ParsedScript {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

interface PausedEvent {
  readonly reason: string;
  readonly callFrames: readonly CallFrame[];
}

function decodeMap(url: string): TraceMap {
  const base64 = url.slice(url.indexOf("base64,") + "base64,".length);
  return new TraceMap(Buffer.from(base64, "base64").toString("utf8"));
}

/** All mappings of a script, lines and columns from 0, and where each leads. */
function mappingsOf(map: TraceMap) {
  const decoded = decodedMappings(map);
  return decoded.flatMap((segments, line) =>
    segments.map((segment) => ({
      line,
      column: segment[0],
      place: segment.length === 1 ? undefined : segment.slice(1, 4).join(":"),
    })),
  );
}

function plain(value: RemoteObject | undefined): unknown {
  if (value === undefined) return undefined;
  return value.type === "object" || value.type === "function" ? value.description : value.value;
}
