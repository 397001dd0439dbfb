/** The settings of a project, as far as they name functions. */
import { createDiagnostic, readIgnoreComments, type NamedPlace } from "../../compiler/index.ts";
import type { SourceText } from "../../compiler/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { parseConfig } from "../config.ts";
import { placeOf, SettingsError, type Origin } from "../configReaders.ts";
import { CONFIG_FILE } from "../projectRoot.ts";
import { sourceOf } from "./examinedFile.ts";
import type { Finding } from "./finding.ts";

export interface SettingsFile {
  readonly path: string;
  readonly source: SourceText;
  /** What is wrong with the settings themselves. */
  readonly problem: Finding | undefined;
  /** The functions that triggers call. */
  readonly functions: readonly NamedPlace[];
}

/** @param bytes The content of the file. */
export function readSettingsFile(bytes: string): SettingsFile {
  const source = sourceOf(CONFIG_FILE, bytes);
  const text = fromBytes(bytes);
  const file = { path: CONFIG_FILE, source };
  try {
    const { config, origin } = parseConfig(text, {});
    const ignored = readIgnoreComments(source);
    const functions = [...config.events]
      .flatMap(([topic, { APPEND }]) =>
        APPEND.map(({ run }, index) => ({
          name: toBytes(run),
          span: spanOf(handlerOffset(origin, topic, index), toBytes(run), text),
        })),
      )
      .filter(({ span }) => !ignored.isIgnored("missing-function", span.start));
    return { ...file, problem: undefined, functions };
  } catch (thrown) {
    if (!(thrown instanceof SettingsError)) throw thrown;
    const { complaint, offset, hint } = thrown;
    const span = spanOf(offset, " ", text);
    const details = {
      complaint: toBytes(complaint),
      advice: hint === undefined ? undefined : toBytes(hint),
    };
    const line = source.lineAt(span.start);
    const diagnostic = createDiagnostic("invalid-settings", details, span, line);
    return { ...file, problem: { file: CONFIG_FILE, diagnostic, source }, functions: [] };
  }
}

/** Where the name of a trigger's function is in the text. */
function handlerOffset(origin: Origin, topic: string, index: number): number {
  const path = ["events", topic, "APPEND", String(index)];
  const { offset } = placeOf(origin, [...path, "run"]);
  return offset > 0 ? offset : placeOf(origin, path).offset;
}

/** Where a name is in the bytes of a text, behind the quotes that may be around it. */
function spanOf(offset: number, name: string, text: string): { start: number; end: number } {
  const start = toBytes(text.slice(0, offset)).length;
  const isQuoted = /^["']/.test(text.slice(offset));
  const from = start + (isQuoted ? 1 : 0);
  return { start: from, end: from + name.length };
}
