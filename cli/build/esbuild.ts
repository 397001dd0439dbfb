/** esbuild, which need not be installed: it is an optional dependency. */
import type * as esbuild from "esbuild";
import { UserError } from "../errors.ts";

export type Esbuild = typeof esbuild;

/** @throws UserError where it is not installed */
export async function loadEsbuild(): Promise<Esbuild> {
  try {
    return await import("esbuild");
  } catch (thrown) {
    const code = (thrown as { code?: unknown } | null)?.code;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw thrown;
    throw new UserError(
      "'spacer build' needs the package esbuild, which is not installed",
      "install it beside spacer: npm install esbuild (npm leaves it out with --omit=optional)",
    );
  }
}
