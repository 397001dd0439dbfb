/** How the options of `--opt` say what to run, and for how long. */
import { UserError } from "../../errors.ts";
import type { HotRunOptions } from "./hotRun.ts";

const DEFAULT_SECONDS = 1;
const DEFAULT_ITERATIONS = 1_000_000;

/** As the command has them. */
export interface GivenRunOptions {
  readonly args: string | undefined;
  readonly call: string | undefined;
  readonly seconds: number | undefined;
  readonly unlimited: boolean;
  readonly iterations: number | undefined;
}

/** @throws UserError "'--args' is no JSON: ..." */
export function readRunOptions(given: GivenRunOptions): Omit<HotRunOptions, "file" | "dialect"> {
  const { args, call, unlimited, iterations = DEFAULT_ITERATIONS } = given;
  if (unlimited && given.seconds !== undefined) {
    throw new UserError("'--unlimited' and '--seconds' can't be combined");
  }
  const seconds = unlimited ? Infinity : (given.seconds ?? DEFAULT_SECONDS);
  if (seconds === 0 || iterations === 0) {
    throw new UserError("'--seconds' and '--iterations' begin at 1");
  }
  if (args !== undefined) checkArgs(args);
  return { args, call, seconds, iterations };
}

function checkArgs(args: string): void {
  let value: unknown;
  try {
    value = JSON.parse(args);
  } catch (error) {
    throw new UserError(
      `'--args' is no JSON: ${(error as SyntaxError).message}`,
      `quote it for the shell, as in --args '{"name": "Ada"}'`,
    );
  }
  if (typeof value === "object" && value !== null) return;
  throw new UserError("'--args' is no JSON object or list", `as in --args '{"name": "Ada"}'`);
}
