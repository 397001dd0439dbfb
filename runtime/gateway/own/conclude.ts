/** What becomes of a reply that the function had a hand in, when the function has ended. */
import {
  exitReply,
  functionsOf,
  writeLog,
  type Outcome,
  type Reply,
} from "../../functions/index.ts";
import type { OwnReply } from "./ownReply.ts";
import type { RequestedCall } from "./requestedCall.ts";

/** nginx closes the connection for these, without an answer. */
const SILENT = [444, 499];

/** A failure of `ngx.exit`. */
const ERROR = -1;

/**
 * Ends the reply, or says what is still to be sent.
 *
 * @param envelope Makes what would be sent if the function had not touched it.
 * @returns `undefined` when nothing is left to send.
 */
export function conclude(
  call: RequestedCall,
  reply: OwnReply,
  outcome: Outcome,
  envelope: () => Reply,
): Conclusion {
  switch (outcome.kind) {
    case "missing":
    case "failed":
      return concludeFailed(reply, envelope());
    case "exited":
      return concludeExited(call, reply, outcome.status);
    case "value":
    case "refused":
      if (!reply.isBegun) return { reply: withStatus(envelope(), reply.status), isSent: false };
      reply.end();
      warnOfDropped(call, outcome);
      return sent(reply);
  }
}

export interface Conclusion {
  /** When it is sent, its body is not known any more. */
  readonly reply: Reply;
  readonly isSent: boolean;
}

/** An error takes the place of what was printed, unless some of that may be read already. */
function concludeFailed(reply: OwnReply, answer: Reply): Conclusion {
  if (!reply.isOnWire) {
    reply.discard();
    return { reply: answer, isSent: false };
  }
  reply.abort();
  return { reply: { ...answer, status: reply.status, body: "" }, isSent: true };
}

function concludeExited(call: RequestedCall, reply: OwnReply, status: number): Conclusion {
  if (SILENT.includes(status)) {
    reply.status = status;
    reply.abort();
    return sent(reply);
  }
  if (reply.isBegun) return exitWithin(call, reply, status);
  if (status >= 400 || status === ERROR) return { reply: exitReply(status), isSent: false };
  if (status > 200) reply.status = status;
  reply.end();
  return sent(reply);
}

/** The status of a reply that has begun stays. */
function exitWithin(call: RequestedCall, reply: OwnReply, status: number): Conclusion {
  if (status === ERROR) reply.abort();
  else reply.end();
  if (status >= 300 && status !== reply.status) {
    const text = `attempt to set status ${String(status)} via ngx.exit after sending out the response status ${String(reply.status)}`;
    const { invocation } = call;
    writeLog(invocation.state, { level: "error", text, invocation });
  }
  return sent(reply);
}

function sent({ status }: OwnReply): Conclusion {
  return { reply: { status, body: "" }, isSent: true };
}

/** The status that a function sets is that of its results; an error it returns stays one. */
function withStatus(answer: Reply, status: number): Reply {
  const isKept = status === 0 || answer.failure !== undefined;
  return isKept || (answer.status >= 400 && status < 400) ? answer : { ...answer, status };
}

/** The results of a function that replied by itself go nowhere, which may be an oversight. */
function warnOfDropped(call: RequestedCall, outcome: Outcome): void {
  const what =
    outcome.kind === "refused"
      ? `the error that '${call.functionName}' returned`
      : `the result of '${call.functionName}'`;
  if (outcome.kind === "value" && outcome.value === undefined) return;
  const { invocation } = call;
  if (functionsOf(invocation.state).mode === "production") return;
  const text = `${what} is not sent: it has printed its reply`;
  writeLog(invocation.state, { level: "warn", text, invocation });
}
