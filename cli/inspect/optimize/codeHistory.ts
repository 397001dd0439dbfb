/** What V8 did with each function, gathered from its log in the order in which things happened. */
import type { LogRecord, ScriptPosition, Tier } from "./v8Log.ts";

/** Code that V8 made of one function. */
export interface CodeVersion {
  readonly tier: Tier;
  readonly sizeBytes: number;
  readonly inlined: readonly InlinedFunction[];
  readonly deopts: readonly Deoptimization[];
}

export interface InlinedFunction {
  readonly callee: KnownFunction | undefined;
  /** Of the call, in characters from the start of the caller's script. */
  readonly offset: number;
  /** Index of the inlined function that makes the call; `undefined` for the function itself. */
  readonly parent: number | undefined;
}

export interface Deoptimization {
  readonly bailout: string;
  readonly reason: string;
  readonly stack: readonly ScriptPosition[];
}

/** One function of some script; all its closures. */
export interface KnownFunction {
  readonly name: string;
  readonly position: ScriptPosition | undefined;
  /** In the order in which it was made. */
  readonly versions: readonly CodeVersion[];
}

export interface CodeHistory {
  /** As "11.3.244"; `undefined` when the log does not tell. */
  readonly v8Version: string | undefined;
  readonly functions: readonly KnownFunction[];
  /** Why V8 gave up optimizing functions, which it tells by name only. */
  readonly disabled: readonly { readonly name: string; readonly reason: string }[];
  /** Whether the log had records of that kind at all: else nothing is known. */
  readonly hasInlining: boolean;
}

interface OpenVersion extends CodeVersion {
  inlined: readonly InlinedFunction[];
  readonly deopts: Deoptimization[];
}

interface OpenFunction extends KnownFunction {
  readonly versions: OpenVersion[];
}

export class CodeHistoryReader {
  private v8Version: string | undefined = undefined;
  /** By the address where each is now. */
  private readonly functionsByAddress = new Map<string, OpenFunction>();
  private readonly versionsByAddress = new Map<string, OpenVersion>();
  private readonly functions: OpenFunction[] = [];
  private readonly disabled: { name: string; reason: string }[] = [];
  private hasInlining = false;

  read(record: LogRecord): void {
    switch (record.kind) {
      case "version":
        this.v8Version = record.version;
        return;
      case "code":
        this.readCode(record);
        return;
      case "inlining":
        this.hasInlining = true;
        this.readInlining(record);
        return;
      case "deopt": {
        const { bailout, reason, stack } = record;
        this.versionsByAddress.get(record.address)?.deopts.push({ bailout, reason, stack });
        return;
      }
      case "disabled":
        this.disabled.push({ name: record.name, reason: record.reason });
        return;
      case "moved":
        move(this.functionsByAddress, record.from, record.to);
        move(this.versionsByAddress, record.from, record.to);
        return;
    }
  }

  finish(): CodeHistory {
    const { v8Version, functions, disabled, hasInlining } = this;
    return { v8Version, functions, disabled, hasInlining };
  }

  private readCode(record: LogRecord & { kind: "code" }): void {
    const { address, functionAddress, name, position, tier, sizeBytes } = record;
    let known = this.functionsByAddress.get(functionAddress);
    // An address may have been another function's, which is gone.
    if (known === undefined || !isSamePosition(known.position, position)) {
      known = { name, position, versions: [] };
      this.functionsByAddress.set(functionAddress, known);
      this.functions.push(known);
    }
    const version: OpenVersion = { tier, sizeBytes, inlined: [], deopts: [] };
    known.versions.push(version);
    this.versionsByAddress.set(address, version);
  }

  private readInlining({ address, calls }: LogRecord & { kind: "inlining" }): void {
    const version = this.versionsByAddress.get(address);
    if (version === undefined) return;
    version.inlined = calls.map(({ functionAddress, offset, parent }) => ({
      callee: this.functionsByAddress.get(functionAddress),
      offset,
      parent,
    }));
  }
}

function isSamePosition(a: ScriptPosition | undefined, b: ScriptPosition | undefined): boolean {
  return a?.script === b?.script && a?.line === b?.line && a?.column === b?.column;
}

function move<Value>(byAddress: Map<string, Value>, from: string, to: string): void {
  const value = byAddress.get(from);
  if (value === undefined) return;
  byAddress.delete(from);
  byAddress.set(to, value);
}
