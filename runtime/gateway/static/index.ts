/**
 * Files of folders that a project publishes. `@fastify/send` answers for one file: types, ranges, conditions. Here is which file
 * that is, and that it is one of the folder: no name that begins with a dot, nothing behind a link that leads out of it, and
 * nothing but files and folders.
 *
 * This is loaded by projects that publish folders only (static.lazy.ts).
 */
import { ReadStream, type Stats } from "node:fs";
import { access, constants, realpath } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join, sep } from "node:path";
import type { SendOptions, SendResult } from "@fastify/send";
import { send } from "@fastify/send";
import { prefersHtml } from "../accept.ts";
import { splitPath } from "../path.ts";
import { contentTypeOf, variantsFor } from "./variants.ts";

/** A folder, and where it is published. */
export interface StaticFolder {
  /** "/assets": its files are below it. */
  readonly path: string;
  /** Absolute path. */
  readonly dir: string;
  /** How long clients may use a file without asking again. */
  readonly maxAgeMs: number;
  /** Whether they need not even ask when the page is loaded again. */
  readonly isImmutable: boolean;
  /** Whether `app.js.br` and `app.js.gz` are `app.js` in less bytes. */
  readonly isPrecompressed: boolean;
  /** The file, from the folder, that pages get which are not there. */
  readonly fallback: string | undefined;
}

/** The bytes of a file, which is open. */
export type FileStream = ReadStream;

export interface StaticReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` when there is nothing to send, and when it is refused. */
  readonly body: FileStream | undefined;
  /** Why it is refused. */
  readonly refusal: string | undefined;
  readonly folder: StaticFolder;
}

interface FileRequest {
  readonly request: IncomingMessage;
  /** As it was sent, without the query. */
  readonly path: string;
  /** With its "?", or empty. */
  readonly query: string;
}

/** A file that is none for clients. */
class Hidden extends Error {}

const NOT_FOUND = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"];
const FORBIDDEN = ["EACCES", "EPERM"];
const INDEX = "index.html";
/** RFC 8615: the one name with a dot that is meant for clients. */
const WELL_KNOWN = ".well-known";

export class StaticFiles {
  private readonly folders: readonly {
    readonly folder: StaticFolder;
    readonly segments: readonly string[];
  }[];

  constructor(folders: readonly StaticFolder[]) {
    this.folders = folders
      .map((folder) => ({ folder, segments: folder.path.split("/").filter((name) => name !== "") }))
      // The nearest first; those for the same path as they are listed.
      .sort((one, other) => other.segments.length - one.segments.length);
  }

  /**
   * @returns `undefined` when there is no such file.
   * @throws what the system says of a file that can't be read
   */
  async find({ request, path, query }: FileRequest): Promise<StaticReply | undefined> {
    const { method, headers } = request;
    const names = method === "GET" || method === "HEAD" ? namesIn(path) : undefined;
    if (names === undefined) return undefined;
    const isFolder = path.endsWith("/");
    const fitting = this.folders.filter(({ segments }) =>
      segments.every((segment, place) => segment === names[place]),
    );
    for (const { folder, segments } of fitting) {
      const url = urlOf(names.slice(segments.length), isFolder);
      const reply = await this.answer(request, folder, url);
      if (reply?.status === 301) return { ...reply, headers: locationOf(names, query) };
      if (reply !== undefined) return reply;
    }
    if (!prefersHtml(headers.accept)) return undefined;
    for (const { folder } of fitting) {
      if (folder.fallback === undefined) continue;
      const reply = await this.answer(request, folder, urlOf(folder.fallback.split("/"), false));
      if (reply !== undefined) return reply;
    }
    return undefined;
  }

  /** @param url From the folder, encoded. */
  private async answer(
    request: IncomingMessage,
    folder: StaticFolder,
    url: string,
  ): Promise<StaticReply | undefined> {
    if (!folder.isPrecompressed) return replyOf(await sendFrom(request, folder, url), folder);
    const file = url.endsWith("/") ? `${url}${INDEX}` : url;
    const type = contentTypeOf(file);
    const vary = { Vary: "Accept-Encoding" };
    for (const { coding, ending } of variantsFor(request.headers["accept-encoding"])) {
      const sent = await sendFrom(request, folder, `${file}${ending}`);
      const reply = sent?.type === "directory" ? undefined : await replyOf(sent, folder);
      if (reply === undefined) continue;
      const described =
        reply.status === 200 || reply.status === 206
          ? { "Content-Encoding": coding, "Content-Type": type }
          : {};
      return { ...reply, headers: { ...reply.headers, ...described, ...vary } };
    }
    const reply = await replyOf(await sendFrom(request, folder, url), folder);
    return reply === undefined ? undefined : { ...reply, headers: { ...reply.headers, ...vary } };
  }
}

/** The names in a path; `undefined` when no published file can have it. */
function namesIn(path: string): readonly string[] | undefined {
  const names: string[] = [];
  for (const segment of splitPath(path) ?? []) {
    const name = textOf(segment);
    if (name === undefined || /[\0/\\]/.test(name)) return undefined;
    const isWellKnown = names.length === 0 && name === WELL_KNOWN;
    if (name.startsWith(".") && !isWellKnown) return undefined;
    names.push(name);
  }
  return names;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

function urlOf(names: readonly string[], isFolder: boolean): string {
  const path = `/${names.map(encodeURIComponent).join("/")}`;
  return isFolder && names.length > 0 ? `${path}/` : path;
}

/** So that what a page in a folder names is found in that folder. */
function locationOf(names: readonly string[], query: string): Record<string, string> {
  return { Location: `${urlOf(names, true)}${query}` };
}

/** @returns `undefined` when there is no such file. */
async function sendFrom(
  request: IncomingMessage,
  { dir, maxAgeMs, isImmutable }: StaticFolder,
  url: string,
): Promise<SendResult | undefined> {
  const options: SendOptions = {
    root: dir,
    // There is none in the path any more (namesIn).
    dotfiles: "allow",
    index: INDEX,
    maxAge: maxAgeMs,
    immutable: isImmutable,
    onFile: (file, stats) => checkFile(dir, file, stats),
  };
  try {
    const sent = await send(request, url, options);
    if (sent.type === "directory") await checkInside(dir, sent.metadata.path);
    if (sent.type === "error") throwUnlessRefused(sent);
    return sent;
  } catch (thrown) {
    if (thrown instanceof Hidden || NOT_FOUND.includes(codeOf(thrown))) return undefined;
    throw thrown;
  }
}

/** Of a device or a pipe there is no end. */
async function checkFile(dir: string, file: string, stats: Stats): Promise<void> {
  if (!stats.isFile()) throw new Hidden();
  await checkInside(dir, file);
  await access(file, constants.R_OK);
}

/** The folder itself may be behind a link: that is how releases are exchanged. */
async function checkInside(dir: string, file: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(dir), realpath(file)]);
  if (real !== root && !real.startsWith(join(root, sep))) throw new Hidden();
}

/** Of what `send` calls an error some is for the client to know, and the rest about the file. */
function throwUnlessRefused({ statusCode, metadata }: SendResult & { type: "error" }): void {
  if (statusCode === 412 || statusCode === 416) return;
  if (statusCode >= 500) throw metadata.error;
  throw new Hidden();
}

function codeOf(thrown: unknown): string {
  return String((thrown as { code?: unknown } | undefined)?.code);
}

/** Whether the system does not let this process read a file. */
export function isForbidden(thrown: unknown): boolean {
  return FORBIDDEN.includes(codeOf(thrown));
}

const REFUSALS: Readonly<Partial<Record<number, string>>> = {
  412: "the file is not the one that was asked for",
  416: "the file has no such part",
};

async function replyOf(
  sent: SendResult | undefined,
  folder: StaticFolder,
): Promise<StaticReply | undefined> {
  if (sent === undefined) return undefined;
  const { statusCode: status, headers, stream, type } = sent;
  if (type === "directory") {
    return { status, headers: {}, body: undefined, refusal: undefined, folder };
  }
  if (type === "error") {
    const range = headers["Content-Range"];
    const kept = range === undefined ? {} : { "Content-Range": range };
    return { status, headers: kept, body: undefined, refusal: REFUSALS[status], folder };
  }
  // What is no stream of a file is empty: for HEAD, and for 304.
  const isFile = stream instanceof ReadStream;
  if (isFile && !(await isOpen(stream))) return undefined;
  // Of an empty file one byte would be read, should it have one by now: clients would take it for the next reply.
  const isEmpty = isFile && Number(headers["Content-Length"]) === 0;
  if (isEmpty) stream.destroy();
  const described = status === 304 ? {} : { "Content-Type": contentTypeOf(sent.metadata.path) };
  return {
    status,
    headers: { ...headers, ...described, "X-Content-Type-Options": "nosniff" },
    body: isFile && !isEmpty ? stream : undefined,
    refusal: undefined,
    folder,
  };
}

/**
 * As long as nothing is sent, an error can still be told.
 *
 * @returns Whether it is still there: since it was looked at, it may have been removed.
 */
function isOpen(stream: FileStream): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      if (NOT_FOUND.includes(codeOf(error))) resolve(false);
      else reject(error);
    };
    stream.once("open", () => {
      stream.off("error", fail);
      resolve(true);
    });
    stream.once("error", fail);
  });
}
