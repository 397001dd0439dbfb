/** The certificates that a setting names. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { optional, string } from "./configReaders.ts";
import { systemErrorText, UserError } from "./errors.ts";

/** Where files are, from the root of the project. */
export const CERTIFICATES_SHAPE = {
  /** Certificates that are trusted, instead of the usual ones. */
  ca: optional(string),
  /** What this side shows. */
  cert: optional(string),
  key: optional(string),
};

type Name = keyof typeof CERTIFICATES_SHAPE;

/**
 * @param root Of the project: paths of files begin there.
 * @param place "logStorage.production.ssl"
 * @throws UserError
 */
export function readCertificates(
  files: Readonly<Record<Name, string | undefined>>,
  root: string,
  place: string,
): Partial<Record<Name, string>> {
  const certificates: Partial<Record<Name, string>> = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = files[name];
    if (path === undefined) continue;
    try {
      certificates[name] = readFileSync(resolve(root, path), "utf8");
    } catch (error) {
      throw new UserError(`${place}.${name}: can't read ${path}: ${systemErrorText(error)}`);
    }
  }
  return certificates;
}
