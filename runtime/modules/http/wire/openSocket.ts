/** Connections of TCP and TLS, as they are opened. Nothing is known of HTTP here. */
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { nodeCrypto } from "../../crypto/node.lazy.ts";
import { nodeNet, nodeTls } from "../node.lazy.ts";

export interface Place {
  readonly isSecure: boolean;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSettings;
  /** The same for places whose connections are alike: those that are encrypted in another way are never shared. */
  readonly key: string;
}

export function makePlace(parts: Omit<Place, "key">): Place {
  return { ...parts, key: keyOf(parts) };
}

function keyOf({ isSecure, host, port, tls }: Omit<Place, "key">): string {
  const plain = `${isSecure ? "https" : "http"}://${host}:${String(port)}`;
  if (!isSecure) return plain;
  const { verify, ca, cert, key, serverName } = tls;
  return [plain, verify, ca, cert, key, serverName].map((part) => part ?? "").join("\0");
}

/** Texts are PEM. */
export interface TlsSettings {
  /** Whether the certificate must be that of the host, and of an authority that is trusted. */
  readonly verify: boolean;
  /** The authorities to trust, in place of those that everybody knows. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name to ask for, if it is not the host's. */
  readonly serverName?: string | undefined;
}

/** "example.org:443", "[::1]:80" */
export function placeText({ host, port }: Pick<Place, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

/** What connections to a place share, so that later ones are encrypted with less work. */
export interface TlsMemory {
  context: SecureContext | undefined;
  session: Buffer | undefined;
}

/** @throws Error when a text is not what it should be */
export function createTlsContext({ ca, cert, key }: TlsSettings): SecureContext {
  if (ca !== undefined) checkCertificates(ca);
  return nodeTls().createSecureContext({
    ...(ca === undefined ? {} : { ca: bytesOf(ca) }),
    ...(cert === undefined ? {} : { cert: bytesOf(cert) }),
    ...(key === undefined ? {} : { key: bytesOf(key) }),
  });
}

/** What is no certificate is otherwise left out silently, and nobody trusted. */
function checkCertificates(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g) ?? [];
  if (blocks.length === 0) throw new Error("there is no certificate in it");
  const { X509Certificate } = nodeCrypto();
  for (const block of blocks) new X509Certificate(block);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** Exactly one of the two is called, once; neither after the opening was given up. */
export interface OpeningEnd {
  opened(socket: Socket): void;
  failed(error: unknown): void;
}

/** @returns Gives up. */
export function openSocket(place: Place, memory: TlsMemory, end: OpeningEnd): () => void {
  const socket = place.isSecure ? secureSocket(place, memory) : plainSocket(place);
  const opened = (): void => {
    stopListening();
    end.opened(socket);
  };
  const failed = (error: unknown): void => {
    stopListening();
    end.failed(error);
  };
  const closed = (): void => {
    failed(Object.assign(new Error("closed while connecting"), { code: "ECONNRESET" }));
  };
  const readyEvent = place.isSecure ? "secureConnect" : "connect";
  const stopListening = (): void => {
    socket.off(readyEvent, opened).off("error", failed).off("close", closed);
    // Errors of a socket that nobody looks at any more end nothing else.
    socket.on("error", ignore);
  };
  socket.on(readyEvent, opened).on("error", failed).on("close", closed);
  return () => {
    stopListening();
    socket.destroy();
  };
}

function ignore(): void {
  // What was to be done is done by `close`.
}

function plainSocket({ host, port }: Place): Socket {
  const socket = nodeNet().connect({ host, port });
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
}

const KEEP_ALIVE_PROBE_MS = 60_000;

function secureSocket(place: Place, memory: TlsMemory): Socket {
  const { host, port, tls } = place;
  memory.context ??= createTlsContext(tls);
  const name = tls.serverName ?? host;
  const socket = nodeTls().connect({
    host,
    port,
    secureContext: memory.context,
    // An address is no name to ask for.
    ...(nodeNet().isIP(name) === 0 ? { servername: name } : {}),
    ...(tls.verify ? {} : { rejectUnauthorized: false, checkServerIdentity: () => undefined }),
    ...(memory.session === undefined ? {} : { session: memory.session }),
    ALPNProtocols: ["http/1.1"],
  });
  socket.on("session", (session) => {
    memory.session = session;
  });
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
}
