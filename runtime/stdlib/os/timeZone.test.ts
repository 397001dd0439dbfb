/** Expected values are what glibc gives for the same TZ. */
import type { Host } from "../../host.ts";
import { engineZone } from "./engineZone.ts";
import { fromLocalSeconds } from "./localTime.ts";
import { loadTimeZone } from "./timeZone.ts";
import { parseZoneFile } from "./zoneFile.ts";
import { parseZoneRule } from "./zoneRule.ts";

const CENTRAL_EUROPE = "CET-1CEST,M3.5.0,M10.5.0/3";

/** 2020-01-01 and 2020-07-01, 12:00 UTC. */
const WINTER = 1577880000;
const SUMMER = 1593604800;

const CET = { offsetSeconds: 3600, isDaylightSaving: false, abbreviation: "CET" };
const CEST = { offsetSeconds: 7200, isDaylightSaving: true, abbreviation: "CEST" };

describe("rules", () => {
  test("with a summer time", () => {
    const zone = parseZoneRule(CENTRAL_EUROPE);
    expect(zone?.(WINTER)).toEqual(CET);
    expect(zone?.(SUMMER)).toEqual(CEST);
    // The second when the clocks change, and the one before.
    expect([zone?.(1585443599), zone?.(1585443600)]).toEqual([CET, CEST]);
    expect([zone?.(1603587599), zone?.(1603587600)]).toEqual([CEST, CET]);
  });

  test("of the southern half of the world", () => {
    const zone = parseZoneRule("NZST-12NZDT,M9.5.0,M4.1.0/3");
    expect(zone?.(WINTER).abbreviation).toBe("NZDT");
    expect(zone?.(SUMMER).abbreviation).toBe("NZST");
  });

  test("without a summer time", () => {
    expect(parseZoneRule("<+0330>-3:30")?.(SUMMER)).toEqual({
      offsetSeconds: 12600,
      isDaylightSaving: false,
      abbreviation: "+0330",
    });
    expect(parseZoneRule("UTC+3")?.(SUMMER).offsetSeconds).toBe(-10800);
  });

  test("with days counted from the start of the year", () => {
    const zone = parseZoneRule("AAA-5BBB,J60,300/4:30:10");
    // 2020 is a leap year: day J60 is March 1 all the same, day 300 is October 27.
    expect(zone?.(1583009999).abbreviation).toBe("AAA");
    expect(zone?.(1583010000).abbreviation).toBe("BBB");
    expect(zone?.(1603751409).abbreviation).toBe("BBB");
    expect(zone?.(1603751410).abbreviation).toBe("AAA");
  });

  test.each(["", "Europe/Berlin", "CET", "CET-1CEST,M3.5.0", "C-1"])("%p is none", (text) => {
    expect(parseZoneRule(text)).toBeUndefined();
  });
});

/** A file with one change of clocks in 2000 from LMT to CET, and a rule from then on. */
function zoneFile(footer: string): string {
  const bytes = (size: number, value: number) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigInt64(0, BigInt(value));
    return String.fromCharCode(...new Uint8Array(view.buffer).slice(8 - size));
  };
  const counts = [0, 0, 0, 1, 2, 8].map((count) => bytes(4, count)).join("");
  const header = `TZif2${"\0".repeat(15)}${counts}`;
  const types = `${bytes(4, 3208)}\0\0${bytes(4, 3600)}\0\x04`;
  const names = "LMT\0CET\0";
  const old = `${header}${bytes(4, 946684800)}\x01${types}${names}`;
  return `${old}${header}${bytes(8, 946684800)}\x01${types}${names}\n${footer}\n`;
}

test("files of the zone database", () => {
  const zone = parseZoneFile(zoneFile(CENTRAL_EUROPE));
  expect(zone?.(946684799)).toEqual({
    offsetSeconds: 3208,
    isDaylightSaving: false,
    abbreviation: "LMT",
  });
  expect(zone?.(WINTER)).toEqual(CET);
  expect(zone?.(SUMMER)).toEqual(CEST);
  expect(parseZoneFile(zoneFile(""))?.(SUMMER)).toEqual(CET);
  expect(parseZoneFile("TZif2")).toBeUndefined();
  expect(parseZoneFile("no such file")).toBeUndefined();
});

describe("the zone of the program", () => {
  function zoneFor(name: string | undefined, files: Readonly<Record<string, string>> = {}) {
    const host = {
      files: { read: (path: string) => files[path] ?? { message: "no", errno: 2 } },
      process: { environmentVariable: () => undefined },
    } as unknown as Host;
    return loadTimeZone(host, name)(SUMMER);
  }

  test("is a file of the database, a rule, or UTC", () => {
    const files = { "/usr/share/zoneinfo/Europe/Berlin": zoneFile(CENTRAL_EUROPE) };
    expect(zoneFor("Europe/Berlin", files)).toEqual(CEST);
    expect(zoneFor(":Europe/Berlin", files)).toEqual(CEST);
    expect(zoneFor(CENTRAL_EUROPE)).toEqual(CEST);
    expect(zoneFor("")).toEqual({ offsetSeconds: 0, isDaylightSaving: false, abbreviation: "UTC" });
    expect(zoneFor("Foo/Bar").abbreviation).toBe("Foo");
  });

  test("is /etc/localtime without TZ", () => {
    expect(zoneFor(undefined, { "/etc/localtime": zoneFile(CENTRAL_EUROPE) })).toEqual(CEST);
    expect(zoneFor(undefined).abbreviation).toBe("UTC");
  });

  test("is known to the engine where there is no database", () => {
    expect(zoneFor("Europe/Berlin")).toEqual(CEST);
    expect(engineZone("America/New_York")?.(WINTER)).toEqual({
      offsetSeconds: -18000,
      isDaylightSaving: false,
      abbreviation: "-05",
    });
  });
});

describe("local times", () => {
  const berlin = parseZoneRule(CENTRAL_EUROPE) ?? (() => CET);
  const newYork = parseZoneRule("EST5EDT,M3.2.0,M11.1.0") ?? (() => CET);

  test("that clocks show twice", () => {
    // 2020-10-25 02:30 in Berlin, 2020-11-01 01:30 in New York.
    expect(fromLocalSeconds(1603593000, berlin, undefined)).toBe(1603589400);
    expect(fromLocalSeconds(1603593000, berlin, true)).toBe(1603585800);
    expect(fromLocalSeconds(1604194200, newYork, undefined)).toBe(1604208600);
    expect(fromLocalSeconds(1604194200, newYork, false)).toBe(1604212200);
  });

  test("that clocks never show", () => {
    // 2020-03-29 02:30 in Berlin, 2020-03-08 02:30 in New York.
    expect(fromLocalSeconds(1585449000, berlin, undefined)).toBe(1585445400);
    expect(fromLocalSeconds(1583634600, newYork, undefined)).toBe(1583652600);
  });

  test("with the wrong claim about daylight saving time", () => {
    expect(fromLocalSeconds(SUMMER, berlin, false)).toBe(1593601200);
    expect(fromLocalSeconds(WINTER, berlin, true)).toBe(1577872800);
    expect(fromLocalSeconds(SUMMER, () => CET, true)).toBe(SUMMER - 7200);
  });
});
