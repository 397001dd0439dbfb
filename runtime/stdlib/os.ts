/** The os library (manual 5.8). */
import { callFirst } from "../core/call.ts";
import { indexed } from "../core/access.ts";
import { cString } from "../core/cString.ts";
import { current } from "../core/current.ts";
import { LuaError } from "../core/error.ts";
import { recordConstructor } from "../core/fields.ts";
import { toNumber } from "../core/number.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue, Results } from "../core/value.ts";
import type { HostFileError } from "../host.ts";
import {
  callerError,
  checkNumber,
  checkOption,
  checkString,
  checkTable,
  optionalInteger,
  optionalNumber,
  optionalString,
} from "./arguments.ts";
import { fileErrorText } from "./io/fileErrorText.ts";
import { defineLibrary, libraryTable } from "./library.ts";
import { SECONDS_PER_DAY, toEpochSeconds } from "./os/calendar.ts";
import { executionResults } from "./os/execution.ts";
import { fromLocalSeconds, toLocalTime, type LocalTime } from "./os/localTime.ts";
import { dateFormatting, timeZones } from "./os/time.lazy.ts";
import type { TimeZone } from "./os/timeZone.ts";

/** The table `os` of a state. */
export function openOs(): LuaTable {
  return libraryTable(osLibrary);
}

export const osLibrary = defineLibrary("os", {
  /** Seconds of CPU time the program has used. @manual 5.8 */
  clock: () => current.state.host.clock.cpuSeconds(),

  /**
   * A time as text or, for the format "*t", as a table; nil for one beyond all calendars. A format
   * that begins with "!" asks for UTC.
   *
   * @manual 5.8
   */
  date: (formatValue, time) => {
    const format = optionalString(formatValue, 1, "%c");
    const seconds = time === undefined ? now() : Math.trunc(checkNumber(time, 2));
    if (!(Math.abs(seconds) <= MAX_SECONDS)) return undefined;
    const isUtc = format.startsWith("!");
    const local = toLocalTime(seconds, isUtc ? greenwich : localZone(current.state));
    if (!isCalendarYear(local.date.year)) return undefined;
    const conversions = cString(isUtc ? format.slice(1) : format);
    if (conversions === "*t") return dateTable(local);
    const zone = localZone(current.state);
    return current.state.isPuc51
      ? dateFormatting().formatDate51(conversions, local, zone)
      : // What LuaJIT has no room for it forgets, and its last argument is left.
        (dateFormatting().formatShortDate(conversions, local, zone) ?? time ?? formatValue);
  },

  /** Seconds from the second time to the first. @manual 5.8 */
  difftime: (later, earlier) => {
    // In the order in which the C code checks them.
    const before = toTime(optionalNumber(earlier, 2, 0));
    return toTime(checkNumber(later, 1)) - before;
  },

  /**
   * Runs a shell command. Returns the status as C's `system` does; with Lua 5.2 compatibility as
   * Lua 5.2. Without a command, whether there is a shell.
   *
   * @manual 5.8
   */
  execute: (command) => {
    const { host, isLua52Compatible } = current.state;
    const exitCode = host.process.execute(
      command === undefined ? undefined : cString(checkString(command, 1)),
    );
    if (command === undefined) return isLua52Compatible ? exitCode !== 0 : exitCode;
    if (isLua52Compatible) return executionResults(exitCode);
    // The status of wait(2): the exit code in the second byte, or else the signal.
    return exitCode < 0 ? -exitCode : exitCode * 256;
  },

  /**
   * Ends the program with an exit code, or with success or failure. Finalizers run only if asked for.
   *
   * @signature ([code [, isClosing]])
   * @manual 5.8
   */
  exit: (code, isClosing) => {
    const exitCode = typeof code === "boolean" ? Number(!code) : optionalInteger(code, 1, 0);
    return exitProcess(exitCode, isClosing !== undefined && isClosing !== false);
  },

  /** The value of an environment variable, or nil. @manual 5.8 */
  getenv: (name) => current.state.host.process.environmentVariable(cString(checkString(name, 1))),

  /** Deletes a file or an empty folder. @manual 5.8 */
  remove: (path) => {
    const name = checkString(path, 1);
    return fileResults(current.state.host.files.remove(name), name);
  },

  /** Gives a file another name. @manual 5.8 */
  rename: (from, to) => {
    const name = checkString(from, 1);
    return fileResults(current.state.host.files.rename(name, checkString(to, 2)), name);
  },

  /** Asks for a locale: there is only "C". @manual 5.8 */
  setlocale: (locale, category) => {
    const name = cString(optionalString(locale, 1, "C"));
    if (category !== undefined) checkOption(category, 2, LOCALE_CATEGORIES);
    return name === "C" || name === "POSIX" || name === "" ? "C" : undefined;
  },

  /**
   * The current time in seconds since the epoch, or that of a local time in a table.
   *
   * @signature ([fields])
   * @manual 5.8
   * @throws LuaError "field 'day' missing in date table"
   */
  time: (fields) => {
    if (fields === undefined) return now();
    const table = checkTable(fields, 1);
    const second = dateField(table, "sec", 0);
    const minute = dateField(table, "min", 0);
    const hour = dateField(table, "hour", 12);
    const day = dateField(table, "day");
    // C counts months and years from elsewhere, and may leave the range of an `int` by that.
    const month = ((dateField(table, "month") - 1) | 0) + 1;
    const year = ((dateField(table, "year") - FIRST_YEAR) | 0) + FIRST_YEAR;
    const localSeconds = toEpochSeconds({ year, month, day, hour, minute, second });
    const isDst = field(table, "isdst");
    const seconds = fromLocalSeconds(
      localSeconds,
      localZone(current.state),
      isDst === undefined ? undefined : isDst !== false,
    );
    // C's `mktime` says with -1 that it failed, and LuaJIT believes it.
    return seconds === -1 ? undefined : seconds;
  },

  /** A name for a temporary file, which is created, too. @manual 5.8 */
  tmpname: () => {
    const name = current.state.host.files.temporaryName();
    return typeof name === "string" ? name : callerError("unable to generate a unique filename");
  },
});

const LOCALE_CATEGORIES = ["ctype", "numeric", "time", "collate", "monetary", "all"] as const;

/** A double as C's `time_t`. */
function toTime(seconds: number): number {
  // There is no -0 among integers.
  return Math.abs(seconds) < MAX_TIME ? Math.trunc(seconds) + 0 : -MAX_TIME;
}

const MAX_TIME = 2 ** 63;

/** Where programs may not end the process, the host raises; it can't tell where in Lua that was. */
function exitProcess(exitCode: number, isClosing: boolean): never {
  try {
    return current.state.host.process.exit(exitCode, isClosing);
  } catch (thrown) {
    if (thrown instanceof LuaError) return callerError(plainText(thrown.value));
    throw thrown;
  }
}

/** Beyond these seconds are years that C's `struct tm` can't hold, and somewhat before. */
const MAX_SECONDS = (2 ** 31 + 1900) * 365.2425 * SECONDS_PER_DAY;

/** Years are counted from here there, in an `int`. */
const FIRST_YEAR = 1900;

function isCalendarYear(year: number): boolean {
  const counted = year - FIRST_YEAR;
  return counted === (counted | 0);
}

function now(): number {
  return Math.floor(current.state.host.clock.nowMs() / 1000);
}

const GREENWICH = { offsetSeconds: 0, isDaylightSaving: false, abbreviation: "GMT" };

function greenwich() {
  return GREENWICH;
}

/** Read once: programs can't change their TZ. */
const zones = new WeakMap<LuaState, TimeZone>();

/** The time zone of the process, as a state sees it. */
export function localZone(state: LuaState): TimeZone {
  let zone = zones.get(state);
  if (zone === undefined) {
    zone = timeZones().loadTimeZone(state.host, state.host.process.environmentVariable("TZ"));
    zones.set(state, zone);
  }
  return zone;
}

const DateFields = recordConstructor(
  ["sec", "min", "hour", "day", "month", "year", "wday", "yday", "isdst"],
  function (sec, min, hour, day, month, year, wday, yday, isdst) {
    this["sec"] = sec;
    this["min"] = min;
    this["hour"] = hour;
    this["day"] = day;
    this["month"] = month;
    this["year"] = year;
    this["wday"] = wday;
    this["yday"] = yday;
    this["isdst"] = isdst;
  },
);

function dateTable({ date, type }: LocalTime): LuaTable {
  const { second, minute, hour, day, month, year, weekday, yearDay } = date;
  return new LuaTable(
    new DateFields(
      second,
      minute,
      hour,
      day,
      month,
      year,
      weekday + 1,
      yearDay + 1,
      type.isDaylightSaving,
    ),
  );
}

/** A field as a C `int`; without a default it must be there. */
function dateField(table: LuaTable, name: string, otherwise?: number): number {
  const number = toNumber(field(table, name));
  if (number !== undefined) return Math.trunc(number) | 0;
  return otherwise ?? callerError(`field '${name}' missing in date table`);
}

function field(table: LuaTable, name: string): LuaValue {
  const value = table.getString(name);
  return value !== undefined || table.metatable === undefined
    ? value
    : callFirst(indexed, table, name);
}

/** True, or nil and what went wrong with a file (`luaL_fileresult`). */
function fileResults(error: HostFileError | undefined, path: string): Results {
  return error === undefined ? true : [undefined, fileErrorText(path, error), error.errno];
}
