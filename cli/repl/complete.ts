/**
 * What a name that was begun at the end of a line may become: keywords and global variables, or fields of a value. Only
 * looks: no metamethod is called, so what is found are the fields of tables and of the tables in `__index`.
 */
import {
  LuaTable,
  LuaUserdata,
  TableIterator,
  typeOf,
  type LuaState,
  type LuaValue,
} from "../../runtime/index.ts";

export interface Completion {
  /** What the whole of `begun` may be replaced with; sorted. */
  readonly names: readonly string[];
  /** The end of the text that is a name, "" behind a dot. */
  readonly begun: string;
}

export interface Scope {
  readonly state: LuaState;
  /** Variables that are no globals. */
  readonly locals: ReadonlyMap<string, LuaValue>;
}

/** Names with dots between, the last of them perhaps not complete; spaces may be around the dots. */
const PATH =
  /(?<![\w.:"'\])}])(?:([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*|\s*\[\s*(?:\d+|"[^"\\]*"|'[^'\\]*')\s*\])*)\s*([.:])\s*)?([A-Za-z_]\w*)?$/;

/** A step of such a path. */
const STEP = /[A-Za-z_]\w*|"[^"]*"|'[^']*'|\d+/g;

/** @param text The line up to the cursor; bytes. */
export function complete(text: string, scope: Scope): Completion {
  const match = PATH.exec(text);
  if (match === null || isInString(text)) return { names: [], begun: "" };
  const [, path, separator, begun = ""] = match;
  if (path !== undefined) {
    const names = fieldsOf(valueAt(path, scope), scope.state, separator === ":");
    return { names: startingWith(begun, names), begun };
  }
  if (begun === "") return { names: [], begun };
  const globals = fieldsOf(scope.state.globals, scope.state, false);
  return { names: startingWith(begun, [...KEYWORDS, ...scope.locals.keys(), ...globals]), begun };
}

/** Whether a quote is still open. */
function isInString(text: string): boolean {
  return /["']/.test(text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ""));
}

const KEYWORDS =
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  );

function startingWith(begun: string, names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => name.startsWith(begun)).sort();
}

/** Follows a path. `undefined` where it leads nowhere. */
function valueAt(path: string, { state, locals }: Scope): LuaValue {
  const [first = "", ...others] = path.match(STEP) ?? [];
  const root = locals.has(first) ? locals.get(first) : fieldOf(state.globals, first, state);
  return others.reduce<LuaValue>((value, step) => fieldOf(value, keyOf(step), state), root);
}

function keyOf(step: string): LuaValue {
  if (/^\d/.test(step)) return Number(step);
  return /^["']/.test(step) ? step.slice(1, -1) : step;
}

function fieldOf(value: LuaValue, key: LuaValue, state: LuaState): LuaValue {
  for (const table of tablesBehind(value, state)) {
    const found = table.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldsOf(value: LuaValue, state: LuaState, isMethod: boolean): Set<string> {
  const names = new Set<string>();
  for (const table of tablesBehind(value, state)) {
    const entries = new TableIterator(table);
    while (entries.advance()) {
      const { key, value: entry } = entries;
      if (typeof key !== "string" || !/^[A-Za-z_]\w*$/.test(key)) continue;
      if (!isMethod || typeof entry === "function") names.add(key);
    }
  }
  return names;
}

/** Where the fields of a value are: itself, then one `__index` after the other. */
function* tablesBehind(value: LuaValue, state: LuaState): Iterable<LuaTable> {
  const seen = new Set<LuaTable>();
  let next = value instanceof LuaTable ? value : indexOf(value, state);
  while (next instanceof LuaTable && !seen.has(next)) {
    seen.add(next);
    yield next;
    next = indexOf(next, state);
  }
}

function indexOf(value: LuaValue, { typeMetatables }: LuaState): LuaValue {
  const metatable =
    value instanceof LuaTable || value instanceof LuaUserdata
      ? value.metatable
      : typeMetatables[typeOf(value)];
  return metatable?.getString("__index");
}
