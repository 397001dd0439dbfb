/** The types of a function's module, for who imports it (cli/bundled/handler.ts has them in the sources). */
export const HANDLER_TYPES =
  exported(`/** What \`handler\` can be told of a call; all of it may be left out. */
interface HandlerContext {
  /** Environment variables; those of the process unless given. Functions read those of \`envVar\` in the settings. */
  readonly env?: Readonly<Record<string, unknown>> | undefined;
  /** The trace that the call is a step of (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The same, as AWS Lambda tells it. */
  readonly getRemainingTimeInMillis?: (() => number) | undefined;
}

/** What the gateway would reply. */
interface FunctionReply {
  /** Of HTTP: 200, or 400 when the function returned an error. */
  readonly status: number;
  /** \`{ data }\`, \`{ error }\`, or \`{}\` for a function that returned nothing. */
  readonly body: unknown;
}

/** Why a call failed. */
interface FunctionError extends Error {
  readonly name: "FunctionError";
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Of Lua. */
  readonly traceback: string | undefined;
  /** 504 for a timeout, else 500. */
  readonly status: number;
}

/**
 * Calls the function.
 *
 * @param args What JSON can say; the function gets a copy.
 * @throws FunctionError when the function raises an error
 * @throws TypeError for arguments that JSON can't say
 */
declare function handler(args?: unknown, context?: HandlerContext): Promise<FunctionReply>;
`);

/** The word stands at the beginning of no line here: there, docs/tools/linkScript.ts takes it for an export of ours. */
function exported(text: string): string {
  return text.replaceAll(/^(?=interface |declare )/gm, "export ");
}
