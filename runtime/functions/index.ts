/** The door to a project's functions: call one by name, get its outcome or the reply to it. */
export { tryEncode } from "./encode.ts";
export { describeFailure, errorText, withoutSecrets, type Failure } from "./failure.ts";
export { Exit } from "./exit.ts";
export {
  argsFrom,
  DEFAULT_LIMITS,
  functionsOf,
  type CallEnd,
  type Mode,
  type ProjectFunctions,
} from "./functions.ts";
export { HeaderList, type Header } from "./headerList.ts";
export {
  logLevel,
  writeLog,
  type LogEntry,
  type LogLevel,
  type LogSettings,
  type TakenEntry,
} from "./log.ts";
export type { Outcome } from "./outcome.ts";
export {
  bugReply,
  errorReply,
  exitReply,
  replyTo,
  type Reply,
  type ReplyOptions,
} from "./reply.ts";
