/** `split` of the module `ngx.re`. */
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { callerError, checkNumber, checkTable, optionalNumber } from "../../../stdlib/arguments.ts";
import type { Regex } from "./regex.ts";
import { afterMatch, readRequest, searchError } from "./search.ts";

export function split(values: readonly LuaValue[]): Results {
  const { subject, regex } = readRequest(values, 3);
  const context = values[3] === undefined ? undefined : checkTable(values[3], 4);
  const maximum = optionalNumber(values[4], 5, 0);
  const [, , , , , given] = values;
  if (given !== undefined && !(given instanceof LuaTable)) return callerError("res is not a table");
  const list = given ?? new LuaTable();
  const position = context?.getString("pos");
  const start = position === undefined ? 1 : checkNumber(position, 4);
  if (start > subject.length) {
    list.setNumber(1, undefined);
    return list;
  }
  if (typeof regex === "string") return [undefined, regex];
  const splitter = new Splitter(subject, regex, start - 1);
  const error = splitter.split(maximum > 0 ? maximum : Infinity);
  // As in OpenResty, counted from 0.
  context?.setString("pos", splitter.from);
  if (error !== undefined) return [undefined, error];
  fill(list, splitter.finish(maximum > 0));
  return list;
}

class Splitter {
  /** Where the next match is looked for, from 0. */
  from: number;
  private readonly subject: string;
  private readonly regex: Regex;
  private readonly parts: string[] = [];
  /** Where the next part begins, from 0. */
  private start: number;

  constructor(subject: string, regex: Regex, from: number) {
    this.subject = subject;
    this.regex = regex;
    this.from = Math.max(0, from);
    this.start = from;
  }

  /** Up to so many parts but the last. Returns what went wrong. */
  split(maximum: number): string | undefined {
    const { subject, regex, parts } = this;
    let emptyPlace: number | undefined;
    for (let count = 1; count < maximum && this.start < subject.length;) {
      const outcome = regex.search(subject, this.from);
      if (outcome < 0) return searchError(outcome);
      if (outcome === 0) break;
      this.from = afterMatch(regex);
      // From here on an empty match ends a part only if there is something in it.
      this.start = emptyPlace ?? this.start;
      if (regex.start === regex.end) emptyPlace = regex.start;
      if (regex.start <= this.start && emptyPlace !== undefined) continue;
      parts.push(subject.slice(this.start, regex.start));
      const group = regex.groupCount > 0 ? regex.group(1) : undefined;
      if (group !== undefined) parts.push(group);
      this.start = regex.end;
      count++;
    }
    return undefined;
  }

  /** All parts. @param isLimited Whether empty ones at the end are kept. */
  finish(isLimited: boolean): readonly string[] {
    const { subject, parts, start } = this;
    if (isLimited || start < subject.length) return [...parts, subject.slice(start)];
    const last = parts.findLastIndex((part) => part !== "");
    return parts.slice(0, last + 1);
  }
}

/** The nil behind the last part ends what a given table had before. */
function fill(list: LuaTable, parts: readonly string[]): void {
  parts.forEach((part, index) => list.setNumber(index + 1, part));
  list.setNumber(parts.length + 1, undefined);
}
