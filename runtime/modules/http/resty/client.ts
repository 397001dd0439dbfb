/** A client of `resty.http`: timeouts, and the one connection that it has at a time. */
import { current } from "../../../core/current.ts";
import { waitUntil } from "../../../core/suspend.ts";
import type { Task } from "../../../core/task.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { entryOf } from "../../ngx/entry.ts";
import { clientOf, type HttpClient } from "../client.ts";
import type { Response } from "../wire/outcome.ts";
import type { Connection } from "../wire/connection.ts";
import { Failure, failureOf } from "../wire/failure.ts";
import { makePlace, placeText, type Place } from "../wire/openSocket.ts";
import type { ConnectionPool } from "../wire/pool.ts";
import { restyResults } from "./response.ts";

/** Milliseconds. */
export interface RestyTimeouts {
  readonly connectMs: number;
  readonly sendMs: number;
  readonly readMs: number;
}

/** Those of OpenResty. */
const DEFAULT_TIMEOUTS: RestyTimeouts = { connectMs: 60_000, sendMs: 60_000, readMs: 60_000 };

export class RestyClient {
  timeouts = DEFAULT_TIMEOUTS;
  connection: Connection | undefined = undefined;
  place: Place | undefined = undefined;
  /** The latest one over the connection. */
  response: Response | undefined = undefined;
  private forget: (() => void) | undefined = undefined;
  private http: HttpClient | undefined = undefined;

  /** Whether a response is still to be read. */
  get isBusy(): boolean {
    return this.response?.body.isOver === false;
  }

  /** @param success What is returned once there is a connection. */
  connect(place: Place, success: LuaValue): Results {
    this.drop();
    const { state, task } = current;
    const http = clientOf(state);
    const { connectMs } = this.timeouts;
    return waitUntil((waiter) => {
      const cancelTimer = state.host.clock.after(
        connectMs,
        () => {
          giveUp();
          waiter.wake([undefined, "timeout"]);
        },
        true,
      );
      const giveUp = http.pool.ask(place, {
        got: (connection) => {
          cancelTimer();
          this.take(connection, { place, task, http });
          waiter.wake(success);
        },
        failed: (error) => {
          cancelTimer();
          try {
            waiter.wake(restyResults(failureOf(error, placeText(place))));
          } catch (bug) {
            waiter.fail(bug);
          }
        },
      });
      return () => {
        cancelTimer();
        giveUp();
      };
    });
  }

  /** A connection of the other kind takes the place of the one that there is. */
  encrypt(serverName: string | undefined, verify: boolean): Results {
    const { place, connection } = this;
    if (place === undefined || connection?.isOpen !== true) return [undefined, "closed"];
    if (place.isSecure) return true;
    const tls = { verify, ...(serverName === undefined ? {} : { serverName }) };
    return this.connect(makePlace({ ...place, isSecure: true, tls }), true);
  }

  keep(): Results {
    const { connection, http, isBusy } = this;
    if (connection === undefined) return [undefined, "closed"];
    if (isBusy) {
      this.drop();
      return [undefined, "unread data in buffer"];
    }
    this.leave();
    if (!connection.isOpen) return [2, "connection must be closed"];
    http?.pool.release(connection);
    return 1;
  }

  close(): Results {
    const { connection } = this;
    if (connection?.isOpen !== true) {
      this.leave();
      return [undefined, "closed"];
    }
    this.drop();
    return 1;
  }

  private take(
    connection: Connection,
    { place, task, http }: { place: Place; task: Task | undefined; http: HttpClient },
  ): void {
    this.connection = connection;
    this.place = place;
    this.http = http;
    // As sockets of OpenResty, it ends with whoever opened it.
    if (task !== undefined) this.forget = entryOf(task).onEnd(() => this.drop());
  }

  private drop(): void {
    const { connection } = this;
    if (this.isBusy) this.response?.call.abort();
    this.leave();
    connection?.close();
  }

  private leave(): void {
    this.forget?.();
    this.forget = undefined;
    this.connection = undefined;
    this.response = undefined;
  }
}

/** Gives a call the connection that the client has; it is not given back. */
export function ownConnection(connection: Connection): Pick<ConnectionPool, "ask" | "release"> {
  return {
    ask: (_place, asking, mayReuse) => {
      if (mayReuse !== false && connection.isOpen) asking.got(connection);
      else asking.failed(new Failure("closed", "closed"));
      return () => undefined;
    },
    release: () => undefined,
  };
}
