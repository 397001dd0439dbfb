/**
 * The file `.env` of a project: environment variables for development, which stay out of version control. The real
 * environment wins over it, and production never reads it.
 *
 * The rules are those of dotenv, and where its kind differ, the ones that lose nothing: `#` begins a comment only at the
 * beginning of a line or behind white space, and a line that says nothing is an error. Node's `util.parseEnv` skips such
 * lines, cuts values at any `#`, and takes a missing quote for a part of the value.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "./command.ts";
import { systemErrorCode, systemErrorText, UserError } from "./errors.ts";

type Environment = CommandContext["env"];

/** From the root of a project. */
export const ENV_FILE = ".env";

/** Where the file counts for nothing. */
const PRODUCTION = "production";

/** Decides whether the file is read: it would come too late. */
const ENVIRONMENT_VARIABLE = "SPACER_ENV";

/**
 * The environment together with the file of a project.
 *
 * @param root Absolute path.
 * @param environment Its name.
 * @throws UserError ".env:3: ..."
 */
export function withEnvFile(root: string, env: Environment, environment: string): Environment {
  const variables = envFileVariables(root, environment);
  return variables === undefined ? env : { ...variables, ...env };
}

/** What the file of a project sets; `undefined` where it counts for nothing, or is not there. @throws UserError ".env:3: ..." */
export function envFileVariables(
  root: string,
  environment: string,
): Readonly<Record<string, string>> | undefined {
  const text = environment === PRODUCTION ? undefined : readEnvFile(root);
  return text === undefined ? undefined : parseEnvFile(text);
}

/** The surroundings of a command that works with a project, whose file sets what the environment does not. */
export function inProject(
  context: CommandContext,
  root: string,
  environment: string,
): CommandContext {
  return withEnvironment(context, withEnvFile(root, context.env, environment));
}

/** The same surroundings with other variables. */
export function withEnvironment(context: CommandContext, env: Environment): CommandContext {
  // Copied, all of its properties would be read, and reading the signal takes it over.
  return Object.create(context, { env: { value: env } }) as CommandContext;
}

/** @returns Its bytes; `undefined` when there is none. A folder of that name is somebody else's. */
function readEnvFile(root: string): string | undefined {
  try {
    return readFileSync(join(root, ENV_FILE), "latin1");
  } catch (error) {
    if (["ENOENT", "EISDIR"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw new UserError(`can't read ${ENV_FILE}: ${systemErrorText(error)}`);
  }
}

/**
 * Reads the variables that a file sets. Of several lines for the same name the last one counts.
 *
 * @param bytes Of the file.
 * @throws UserError ".env:3: ..."
 */
export function parseEnvFile(bytes: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  const reader = new EnvReader(decode(bytes));
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) values.set(...entry);
  return Object.fromEntries(values);
}

function decode(bytes: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(bytes, "latin1"));
    return text.replaceAll("\r\n", "\n");
  } catch {
    throw new UserError(`${ENV_FILE} is not written in UTF-8`, "save it as UTF-8");
  }
}

class EnvReader {
  private readonly text: string;
  private offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next line that sets something; `undefined` at the end. */
  next(): [name: string, value: string] | undefined {
    this.take(/(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:#[^\n]*$)?/y);
    if (this.offset >= this.text.length) return undefined;
    const name = this.take(/(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=/y)?.[1];
    if (name === undefined) throw this.noVariable();
    if (name === ENVIRONMENT_VARIABLE) {
      throw this.problem(
        `${name} can't be set here: it decides whether this file is read`,
        `set it in the environment, or use --env`,
      );
    }
    const quote = this.take(/[ \t]*(["'`])/y)?.[1];
    const value = quote === undefined ? this.plain() : this.quoted(name, quote);
    if (value.includes("\0")) throw this.problem(`the value of ${name} has a NUL in it`);
    return [name, value];
  }

  private plain(): string {
    const [line = ""] = this.take(/[^\n]*/y) ?? [];
    return line.replace(/[ \t]#.*$/, "").trim();
  }

  private quoted(name: string, quote: string): string {
    const escaped = quote === '"' ? String.raw`(?:[^"\\]|\\[^])*` : `[^${quote}]*`;
    const match = this.take(new RegExp(`(${escaped})${quote}`, "y"));
    if (match === undefined) {
      throw this.problem(`the value of ${name} has no closing ${quote}`, "quotes come in pairs");
    }
    if (this.take(/[ \t]*(?:(?<=[ \t])#[^\n]*)?(?=\n|$)/y) === undefined) {
      throw this.problem(
        `there is something behind the closing ${quote} of ${name}`,
        "a comment begins with a space and #; quotes within quotes are of another kind",
      );
    }
    const inner = match[1] ?? "";
    return quote === '"' ? inner.replaceAll(/\\([nrt"\\$])/g, unescape) : inner;
  }

  private noVariable(): UserError {
    const [line = ""] = this.take(/[^\n]*/y) ?? [];
    // What stands there may be secret.
    const name = /^(?:export[ \t]+)?([^=]*?)[ \t]*=/.exec(line)?.[1];
    this.offset -= line.length;
    return name === undefined
      ? this.problem("this line sets no variable", "write it as in NAME=value; # begins a comment")
      : this.problem(
          `'${name}' is no name for a variable`,
          "names have letters, digits and '_', and begin with no digit",
        );
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.offset += match[0].length;
    return match;
  }

  /** At the line that is being read. */
  private problem(message: string, hint?: string): UserError {
    const line = this.text.slice(0, this.offset).split("\n").length;
    return new UserError(`${ENV_FILE}:${String(line)}: ${message}`, hint);
  }
}

const ESCAPES: Readonly<Partial<Record<string, string>>> = { n: "\n", r: "\r", t: "\t" };

/** All other backslashes stay. */
function unescape(_all: string, char: string): string {
  return ESCAPES[char] ?? char;
}
