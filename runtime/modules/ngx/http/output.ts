/** What a function sends by itself: parts of the body, the end of the reply, redirects. */
import { typeOf } from "../../../core/metatable.ts";
import { waitUntil } from "../../../core/suspend.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { Exit } from "../../../functions/index.ts";
import type { HttpReply } from "../../../http.ts";
import { argumentError, callerError, checkString } from "../../../stdlib/arguments.ts";
import { defineLibrary } from "../../../stdlib/library.ts";
import { GONE } from "./abort.ts";
import { exchange, otherContext } from "./running.ts";
import { printedText } from "./values.ts";

export const outputLibrary = defineLibrary("ngx", {
  /**
   * Adds to the body of the reply; the results of the function are not sent then. Takes strings, numbers,
   * booleans, nil, `ngx.null`, and lists of such, which may be nested. 1, or nil and why not: "seen eof",
   * "client aborted".
   *
   * @signature (...)
   * @throws LuaError "bad argument #1 to 'print' (non-array table found)"
   */
  print: (...values) => {
    const { reply } = exchange();
    return print(reply, printedText(values));
  },

  /**
   * As `ngx.print`, with a line break at the end.
   *
   * @signature (...)
   */
  say: (...values) => {
    const { reply } = exchange();
    return print(reply, `${printedText(values)}\n`);
  },

  /**
   * Sends what was printed so far. With true it waits until the system has taken it; others run
   * meanwhile. 1, or nil and why not: "nothing to flush", "seen eof", "client aborted".
   *
   * @signature ([isWaiting])
   */
  flush: (...values) => {
    if (values.length > 1) {
      return callerError(`attempt to pass ${String(values.length)} arguments, but accepted 0 or 1`);
    }
    const { reply, request } = exchange();
    const [isWaiting = false] = values;
    if (typeof isWaiting !== "boolean") {
      return argumentError(1, `boolean expected, got ${typeOf(isWaiting)}`);
    }
    if (request.sentMethod === "HEAD") return [undefined, "header only"];
    const problem = whyNot(reply);
    if (problem !== undefined) return problem;
    if (!reply.isBegun) return [undefined, "nothing to flush"];
    if (!isWaiting) {
      reply.flush();
      return 1;
    }
    return waitUntil((waiter) => {
      reply.flush(() => {
        waiter.wake(whyNot(reply) ?? 1);
      });
      return undefined;
    });
  },

  /** Ends the reply; the function may go on. 1, or nil and "seen eof". */
  eof: () => {
    const { reply } = exchange();
    const problem = whyNot(reply);
    if (problem !== undefined) return problem;
    reply.end();
    return 1;
  },

  /** Sends status and headers now. 1, or nil and "seen eof". */
  send_headers: () => {
    const { reply } = exchange();
    const problem = whyNot(reply);
    if (problem !== undefined) return problem;
    if (!reply.isBegun) reply.sendHead();
    return 1;
  },

  /**
   * Ends the function, wherever it is: no `pcall` catches it. With a status from 400 on the reply is the
   * error of that status; with others, and with `ngx.OK`, it is what was printed. A status from 201 on is
   * that of the reply. Once the reply has begun its status stays.
   *
   * @signature (status)
   * @throws LuaError "bad argument #1 to 'exit' (number expected, got nil)", "(invalid status 99)"
   */
  exit: (status) => {
    // Timers may end themselves, too.
    if (otherContext() !== "ngx.timer") exchange();
    if (typeof status !== "number") {
      return argumentError(1, `number expected, got ${typeOf(status)}`);
    }
    throw new Exit(checkExitStatus(Math.trunc(status)));
  },

  /**
   * Sends the client elsewhere and ends the function, as `ngx.exit` does. The status is 301, 302, 303, 307
   * or 308, 302 unless told otherwise.
   *
   * @signature (uri [, status])
   * @throws LuaError "attempt to call ngx.redirect after sending out the headers", 'unsafe byte "0x0d" in redirect uri "..."'
   */
  redirect: (...values) => {
    const { reply } = exchange();
    if (values.length !== 1 && values.length !== 2) {
      return callerError("expecting one or two arguments");
    }
    const uri = checkString(values[0], 1);
    const status = values.length === 1 ? 302 : checkRedirectStatus(values[1]);
    const unsafe = /[\0-\x1f\x7f]/.exec(uri)?.[0];
    if (unsafe !== undefined) {
      return callerError(`unsafe byte "${hex(unsafe, "0x")}" in redirect uri "${quoted(uri)}"`);
    }
    if (reply.isBegun) {
      return callerError("attempt to call ngx.redirect after sending out the headers");
    }
    reply.headers.set("Location", [uri]);
    throw new Exit(status);
  },
});

function print(reply: HttpReply, bytes: string): Results {
  const problem = whyNot(reply);
  if (problem !== undefined) return problem;
  reply.print(bytes);
  return 1;
}

/** Why nothing can be sent. */
function whyNot({ isAborted, isEnded }: HttpReply): readonly LuaValue[] | undefined {
  if (isEnded) return [undefined, "seen eof"];
  return isAborted ? GONE : undefined;
}

/** 0 and -1 are `ngx.OK` and `ngx.ERROR`. */
function checkExitStatus(status: number): number {
  if (status === -2 || status === -4) {
    return callerError("bad argument to 'ngx.exit': does not accept NGX_AGAIN or NGX_DONE");
  }
  const isStatus = status === 0 || status === -1 || (status >= 200 && status <= 999);
  return isStatus ? status : argumentError(1, `invalid status ${String(status)}`);
}

const REDIRECTS = [301, 302, 303, 307, 308];

function checkRedirectStatus(status: LuaValue): number {
  if (typeof status !== "number") return argumentError(2, `number expected, got ${typeOf(status)}`);
  if (REDIRECTS.includes(status)) return status;
  return callerError(
    "only ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_MOVED_PERMANENTLY, ngx.HTTP_PERMANENT_REDIRECT, " +
      "ngx.HTTP_SEE_OTHER, and ngx.HTTP_TEMPORARY_REDIRECT are allowed",
  );
}

function quoted(bytes: string): string {
  return bytes.replace(/[^\x20-\x7e]/g, (char) => hex(char, "\\x").toUpperCase().replace("X", "x"));
}

function hex(char: string, prefix: string): string {
  return prefix + char.charCodeAt(0).toString(16).padStart(2, "0");
}
