/** docs/reference/not-offered.md: what programs for OpenResty and others look for in vain, and what to use in its place. */
import { DERIVED_NOTE } from "./libraryReference.ts";
import type { NotOffered } from "./libraryTable.ts";

export function notOfferedReference({ modules, functions }: NotOffered): string {
  const rows = (entries: NotOffered["modules"], prefix: string) =>
    entries
      .map(
        ([name, advice]) => `| \`${prefix}${name.replace(/[._]$/, "$&*")}\` | ${marked(advice)} |`,
      )
      .join("\n");
  return `${DERIVED_NOTE}

# What is not offered

\`require\` and the functions themselves say so when they are called, and [\`spacer check\`](../guide/checking.md) before. A file of that name in \`lib/\` wins.

| module | instead |
| --- | --- |
${rows(modules, "")}

| function | instead |
| --- | --- |
${rows(functions, "ngx.")}
`;
}

/** What messages quote is code. */
function marked(advice: string): string {
  return advice.replaceAll(/'([^']+)'/g, "`$1`");
}
