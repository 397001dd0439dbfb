/**
 * Asks a server to stop what one of its sessions does: a message on a connection of its own, which needs no password but
 * the number and the key that the session was given when it began. Encrypted where the session is.
 */
import { Connection, type ClientConfig } from "pg";

/** What `pg` knows of a session, beyond its declared types. */
export interface SessionKey {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** The part of pg's connection that speaks the protocol; not declared by its types. */
interface ProtocolConnection {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  end(): void;
  on(event: "connect" | "sslconnect" | "end", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  readonly stream: { destroy(): void };
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl: ClientConfig["ssl"];
}

/** A server that says nothing for so long will not stop anything. */
const PATIENCE_MS = 5000;

/** Resolves to whether the server got the message, when it can't hit a later statement any more. */
export function sendCancelRequest(
  { host, port, ssl }: ServerAddress,
  { processID, secretKey }: SessionKey,
): Promise<boolean> {
  if (processID === null || secretKey === null) return Promise.resolve(false);
  const connection = new Connection({ ssl }) as unknown as ProtocolConnection;
  return new Promise((resolve) => {
    let isSent = false;
    const finish = (): void => {
      clearTimeout(timer);
      connection.stream.destroy();
      resolve(isSent);
    };
    const timer = setTimeout(() => {
      isSent = false;
      finish();
    }, PATIENCE_MS);
    const send = (): void => {
      isSent = true;
      connection.cancel(processID, secretKey);
    };
    connection.on("connect", () => {
      if (ssl === undefined || ssl === false) send();
      else connection.requestSsl();
    });
    connection.on("sslconnect", send);
    // The server ends the connection when it has passed the message on, some by a reset.
    connection.on("error", finish);
    connection.on("end", finish);
    if (host.startsWith("/")) connection.connect(`${host}/.s.PGSQL.${String(port)}`);
    else connection.connect(port, host);
  });
}
