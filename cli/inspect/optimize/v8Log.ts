/**
 * Reads the log that V8 writes with `--log-code --log-deopt --log-source-position`: a line for each event, fields
 * between commas. The format is made for V8's own tools and nowhere specified; what is read here is the same in
 * Node 20, 22 and 24 (V8 11.3 to 13.6, src/logging/log.cc). Lines that look otherwise are skipped, and `CodeHistory`
 * tells what was never seen.
 */

/** How a function is run, the slowest way first. */
export const TIERS = ["interpreter", "baseline", "maglev", "turbofan"] as const;
export type Tier = (typeof TIERS)[number];

/** Where something is in a script; line and column from 1. */
export interface ScriptPosition {
  /** A file, a URL, or what `LuaState` names a script: "lua:1/app/hello.lua". */
  readonly script: string;
  readonly line: number;
  readonly column: number;
}

/** Functions are known by the addresses of what V8 shares between their closures, as texts. */
export type LogRecord =
  | { readonly kind: "version"; readonly version: string }
  | {
      readonly kind: "code";
      readonly address: string;
      readonly functionAddress: string;
      readonly tier: Tier;
      readonly name: string;
      readonly position: ScriptPosition | undefined;
      /** Of the machine code, or of the bytecode. */
      readonly sizeBytes: number;
    }
  | { readonly kind: "inlining"; readonly address: string; readonly calls: readonly InlinedCall[] }
  | {
      readonly kind: "deopt";
      readonly address: string;
      /** "deopt-eager", "deopt-lazy", "dependency-change", ... */
      readonly bailout: string;
      readonly reason: string;
      /** The innermost function first, then those that it was inlined into. */
      readonly stack: readonly ScriptPosition[];
    }
  | { readonly kind: "disabled"; readonly name: string; readonly reason: string }
  | { readonly kind: "moved"; readonly from: string; readonly to: string };

/** A call that V8 replaced by the body of the callee. */
export interface InlinedCall {
  readonly functionAddress: string;
  /** Of the call, in characters from the start of its script. */
  readonly offset: number;
  /** Index, in the same list, of the inlined call whose body this one is in. */
  readonly parent: number | undefined;
}

/** @returns `undefined` for all that is not of interest here. */
export function readLogLine(line: string): LogRecord | undefined {
  const comma = line.indexOf(",");
  const event = line.slice(0, comma);
  const read = READERS[event];
  if (read === undefined) return undefined;
  return read(line.slice(comma + 1).split(","));
}

type Fields = readonly string[];

const READERS: Readonly<Partial<Record<string, (fields: Fields) => LogRecord | undefined>>> = {
  "v8-version": ([major = "", minor = "", build = ""]) =>
    major === "" ? undefined : { kind: "version", version: [major, minor, build].join(".") },
  "code-creation": readCode,
  "code-source-info": readInlining,
  "code-deopt": readDeopt,
  "code-disable-optimization": ([name = "", reason = ""]) => ({
    kind: "disabled",
    name: unescape(name).replaceAll('"', ""),
    reason: unescape(reason).replaceAll('"', ""),
  }),
  "code-move": readMove,
  "sfi-move": readMove,
};

/** Behind a mark, V8 13 puts a quote where code is made for one closure. */
const TIER_MARKS: Readonly<Partial<Record<string, Tier>>> = {
  "~": "interpreter",
  "^": "baseline",
  "+": "maglev",
  "*": "turbofan",
};

/** `JS,12,366163,0x7f5b8e8637c0,280,add lua:1/hot.lua:7:34,0x11e41d4b09b8,*` */
function readCode(fields: Fields): LogRecord | undefined {
  const [, , , address = "", size = "", fullName = "", functionAddress = "", mark = ""] = fields;
  const tier = TIER_MARKS[mark.slice(0, 1)];
  if (tier === undefined || !functionAddress.startsWith("0x")) return undefined;
  const [, name = "", script, line, column] =
    /^([^ ]*) (.*):(\d+):(\d+)$/s.exec(unescape(fullName)) ?? [];
  const position =
    script === undefined ? undefined : { script, line: Number(line), column: Number(column) };
  return {
    kind: "code",
    address,
    functionAddress,
    tier,
    name: position === undefined ? unescape(fullName) : name,
    position,
    sizeBytes: Number(size),
  };
}

/** `0x7f5b8e863940,304,797,1219,C0O797...,F0O1045F1O24908I0,S0x11e41d4b09b8S0x1badbf081c40` */
function readInlining(fields: Fields): LogRecord | undefined {
  const [address = "", , , , , calls = "", functions = ""] = fields;
  if (!address.startsWith("0x")) return undefined;
  const addresses = functions.split("S").slice(1);
  return {
    kind: "inlining",
    address,
    calls: [...calls.matchAll(/F(-?\d*)O(-?\d+)(?:I(\d+))?/g)].map(([, index, offset, parent]) => ({
      functionAddress: addresses[Number(index)] ?? "",
      offset: Number(offset),
      parent: parent === undefined ? undefined : Number(parent),
    })),
  };
}

/** `944807,320,0x7fe4540b4f80,-1,651,deopt-eager,<lua:1/a.lua:11:84> inlined at <...>,wrong map` */
function readDeopt(fields: Fields): LogRecord | undefined {
  const [, , address = "", , , bailout = "", places = "", reason = ""] = fields;
  if (!address.startsWith("0x")) return undefined;
  const stack = unescape(places)
    .split(" inlined at ")
    .flatMap((place) => {
      const [, script, line, column] = /^<(.*):(\d+):(\d+)>$/s.exec(place) ?? [];
      return script === undefined ? [] : [{ script, line: Number(line), column: Number(column) }];
    });
  return { kind: "deopt", address, bailout, reason: unescape(reason), stack };
}

function readMove([from = "", to = ""]: Fields): LogRecord | undefined {
  return from.startsWith("0x") && to.startsWith("0x") ? { kind: "moved", from, to } : undefined;
}

/** Commas, and what does not print, are escaped. */
function unescape(field: string): string {
  return field.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(n)|(\\))/g,
    (_whole, byte?: string, unit?: string, isBreak?: string) =>
      isBreak !== undefined
        ? "\n"
        : byte === undefined && unit === undefined
          ? "\\"
          : String.fromCharCode(parseInt(byte ?? unit ?? "", 16)),
  );
}
