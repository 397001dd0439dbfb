/** The compiler, in the bundles that have it (bundle.ts). */
import {
  compile,
  compileResumeScript,
  isHopeless,
  luaMessage,
  readEvaluable,
  SourceText,
} from "../../compiler/index.ts";
import type { LuaSyntaxError } from "../../runtime/host.ts";
import { shortSource } from "../../runtime/index.ts";
import { instantiateCode } from "../host/nodeHost.ts";
import type { BundledCompiler } from "./bundle.ts";

export const bundledCompiler: BundledCompiler = {
  compile: (source, chunkName, options) => {
    const text = new SourceText(source, chunkName, shortSource(chunkName));
    const { output, diagnostics } = compile(text, options);
    if (output !== undefined) return output;
    const error = diagnostics.find(({ severity }) => severity === "error");
    if (error === undefined) throw new Error("the compiler gave neither code nor an error");
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what Host.compile must throw
    throw { isLuaSyntaxError: true, message: luaMessage(error, text) } satisfies LuaSyntaxError;
  },
  compileResume: (source, chunkName, options) =>
    compileResumeScript(new SourceText(source, chunkName, shortSource(chunkName)), options),
  instantiate: instantiateCode,
  readEvaluable: (source, chunkName, options) =>
    readEvaluable(new SourceText(source, chunkName, ""), options),
  isHopeless: (source, options) => isHopeless(new SourceText(source, "=(load)", "(load)"), options),
};
