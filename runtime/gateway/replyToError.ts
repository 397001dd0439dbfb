/** Replies to requests that never got to a function, or ran into a bug of ours. */
import { bugReply, errorReply, type Reply } from "../functions/index.ts";
import { RequestError } from "./errors.ts";

export interface ErrorAnswer {
  readonly reply: Reply;
  /** Whether nothing the client sent explains it. The reply then tells nothing. */
  readonly isBug: boolean;
}

/** What Fastify finds wrong with a request, in our words. */
const FASTIFY_ERRORS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "malformed content type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "request body is shorter or longer than its content length",
};

/** @param bodyLimitBytes What a body may be at most. */
export function replyToError(thrown: unknown, bodyLimitBytes: number): ErrorAnswer {
  if (thrown instanceof RequestError) {
    return { reply: errorReply(thrown.status, thrown.message), isBug: false };
  }
  const { code, statusCode } = (thrown ?? {}) as { code?: unknown; statusCode?: unknown };
  if (typeof statusCode !== "number" || statusCode < 400 || statusCode > 499) {
    return { reply: bugReply(), isBug: true };
  }
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const text = `request body is larger than ${String(bodyLimitBytes)} bytes`;
    return { reply: errorReply(413, text), isBug: false };
  }
  const text = typeof code === "string" ? FASTIFY_ERRORS[code] : undefined;
  return { reply: errorReply(statusCode, text ?? "bad request"), isBug: false };
}
