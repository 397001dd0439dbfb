/** Time and randomness of a test. */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import type { LuaState } from "../../core/state.ts";
import { waitFor } from "../../core/suspend.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, checkNumber } from "../../stdlib/arguments.ts";
import { defineLibrary } from "../../stdlib/library.ts";
import { testAppOf, type TestApp } from "../../testing/index.ts";

/** What `os.date` and the like can take: the years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

export const timeLibrary = defineLibrary("spacer.test.time", {
  /**
   * Stops the clock, now or at a time: seconds since 1970, or a text such as "2026-01-31T12:00:00Z". While it stands,
   * code that sleeps goes on when nothing else happens, and the clock then shows the end of its sleep.
   *
   * @signature ([time])
   * @throws LuaError "not a time: ..."
   */
  freeze: (time) => {
    theApp().clock.freeze(time === undefined ? undefined : toTimeMs(time));
    return NONE;
  },

  /**
   * Sets the clock by some seconds, forwards or, when negative, back. What waits for a timer waits as long as before.
   *
   * @signature (seconds)
   */
  travel: (seconds) => {
    const { clock } = theApp();
    const timeMs = clock.nowMs() + checkNumber(seconds, 1) * 1000;
    clock.set(toTimeMs(timeMs / 1000));
    return NONE;
  },

  /**
   * Lets some seconds pass: whatever is due meanwhile runs, in order and each at its time, up to where it waits for
   * something else.
   *
   * @signature (seconds)
   */
  advance: (seconds) => {
    const durationMs = checkNumber(seconds, 1) * 1000;
    if (!(durationMs >= 0 && durationMs <= MAX_SECONDS * 1000)) {
      return argumentError(1, "time only passes forwards: 0 seconds or more");
    }
    return waitFor(
      theApp()
        .clock.advance(durationMs)
        .then(() => NONE),
    );
  },

  /** Goes back to the clock of the machine. */
  unfreeze: () => {
    theApp().clock.reset();
    return NONE;
  },

  /** Seconds since 1970, with their fractions. */
  now: () => theApp().clock.nowMs() / 1000,
});

export const randomLibrary = defineLibrary("spacer.test.random", {
  /**
   * Has all that is random follow from a number, up to the end of the test: `math.random`, and ids such as that of a
   * request.
   *
   * @signature (seed)
   */
  seed: (seedValue) => {
    const seed = checkNumber(seedValue, 1);
    theApp().random.seed(seed);
    seedMath(current.state, seed);
    return NONE;
  },
});

/** What `math.random` begins with in a new state. */
const FIRST_SEED = 0;

/** Whatever was seeded is random again. */
export function resetRandom(): void {
  const { random } = theApp();
  if (!random.isSeeded) return;
  random.reset();
  seedMath(current.state, FIRST_SEED);
}

function seedMath(state: LuaState, seed: number): void {
  const math = state.globals.getString("math");
  const randomSeed = math instanceof LuaTable ? math.getString("randomseed") : undefined;
  if (typeof randomSeed === "function") state.call(randomSeed, seed);
}

function theApp(): TestApp {
  const app = testAppOf(current.state);
  // The libraries are only found in the module, which opens with one.
  if (app === undefined) throw new LuaError("there is no project to test");
  return app;
}

/** @returns Milliseconds since 1970. */
function toTimeMs(value: LuaValue): number {
  const seconds =
    typeof value === "string" ? Date.parse(checkIso(value)) / 1000 : checkNumber(value, 1);
  if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds * 1000;
  return argumentError(
    1,
    "not a time: give seconds since 1970, or a text such as 2026-01-31T12:00:00Z",
  );
}

/** A text that says its time zone: any other would mean something else on another machine. */
function checkIso(text: string): string {
  return /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? text
    : "";
}
