/** `require` says in front of an error which file it was loading; the error tells that itself. */
export function withoutLoader(message: string): string {
  return message.replace(/^error loading module '.*' from file '.*':\n\t/, "");
}
