/** What takes the space in a bundle: for `--analyze`, and the file of `--metafile` in esbuild's form. */
import type { Metafile } from "esbuild";
import type { Style } from "../style.ts";
import { formatTable } from "../table.ts";
import { sizeText } from "./buildReport.ts";
import { piecesOf, sizeOfPieces } from "../pieces.ts";
import type { OutputFile } from "./target.ts";

/** Of all modules that were built: esbuild's, with the Lua files as inputs. */
export function metafileOf(files: readonly OutputFile[]): Metafile {
  const whole: Metafile = { inputs: {}, outputs: {} };
  for (const { path, bundle, program, contents } of files) {
    if (bundle === undefined) continue;
    Object.assign(whole.inputs, bundle.metafile.inputs);
    const [output] = Object.values(bundle.metafile.outputs);
    if (output === undefined) continue;
    const inputs = { ...output.inputs };
    program?.files.forEach(({ path: file, input, chunk }) => {
      whole.inputs[file] = { bytes: input.source.length, imports: [] };
      const bytesInOutput = program.isFromSources
        ? Buffer.byteLength(JSON.stringify(input.source))
        : chunk.bytes.length;
      inputs[file] = { bytesInOutput };
    });
    whole.outputs[path] = { ...output, inputs, bytes: sizeOfPieces(piecesOf(contents)) };
  }
  return whole;
}

/** The parts of each module, the largest first. */
export function describeSpace({ outputs }: Metafile, style: Style): string {
  return Object.entries(outputs)
    .map(([path, { bytes, inputs }]) => {
      const parts = new Map<string, number>();
      let rest = bytes;
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const part = partOf(input);
        parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
        rest -= bytesInOutput;
      }
      if (rest > 0) parts.set("tables, and what is between", rest);
      const rows = [...parts]
        .filter(([, size]) => size > 0)
        .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
        .map(([part, size]) => [part, sizeText(size), `${((size / bytes) * 100).toFixed(1)}%`]);
      const shown = rows.slice(0, MAX_ROWS);
      const more = rows.length - shown.length;
      return [
        `${style.bold(path)} ${sizeText(bytes)}\n`,
        formatTable(COLUMNS, shown, style),
        more > 0 ? style.dim(`and ${String(more)} smaller parts\n`) : "",
      ].join("");
    })
    .join("\n");
}

const MAX_ROWS = 40;

const COLUMNS = [
  { title: "part" },
  { title: "size", isNumber: true },
  { title: "share", isNumber: true },
];

/** "package fastify", "runtime/stdlib/string", "app/hello.lua", "cli" */
function partOf(input: string): string {
  if (input.endsWith(".lua") || input.startsWith("[")) return input;
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
  if (inPackage !== undefined) return `package ${inPackage}`;
  const [, folder, part] =
    /^(runtime\/(?:stdlib|modules)|runtime|compiler|cli)\/([^/]+)/.exec(input) ?? [];
  if (folder === undefined || part === undefined) return "what the build writes";
  if (folder === "cli" || folder === "compiler") return folder;
  return `${folder}/${part.replace(/\.[jt]s$/, "")}`;
}
