/** Environment variables in place of settings. Their values are YAML. */
import type { CommandContext } from "./command.ts";
import { parseYaml, readOrigin, type Reader } from "./configReaders.ts";

/** @returns `undefined` when the variable is not set, or empty. */
export function readVariable<Value>(
  name: string,
  env: CommandContext["env"],
  reader: Reader<Value>,
  path: string,
): Value | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  return readOrigin(reader, parseYaml(text, `environment variable ${name}`, false), path);
}

/** "writeProxyListen" -> "WRITE_PROXY_LISTEN" */
export function inWords(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
