import { cString } from "../../core/cString.ts";
import type { HostFileError } from "../../host.ts";

/** "name: message". C, which makes such texts, takes a name up to its first zero byte. */
export function fileErrorText(name: string, { message }: Pick<HostFileError, "message">): string {
  return `${cString(name)}: ${message}`;
}
