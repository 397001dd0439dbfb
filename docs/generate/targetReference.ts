/** The reference page of what is not to be had in bundles for other places than a server. */
import { limits } from "../../cli/build/targets/limits.ts";
import { DERIVED_NOTE } from "./libraryReference.ts";

export function targetReference(): string {
  const sections = Object.entries(limits).map(([target, each]) => {
    const rows = each.map(({ names, reason, hint }) => {
      const shown = names.map((name) => `\`${name}\``).join(", ");
      return `| ${shown} | ${reason} | ${hint} |`;
    });
    return [
      `## ${target}`,
      "",
      "| names | why not | instead |",
      "| --- | --- | --- |",
      ...rows,
      "",
    ].join("\n");
  });
  return [
    DERIVED_NOTE,
    "",
    "# Targets",
    "",
    "What programs can't have in each target of [`spacer build`](../guide/deploying-functions.md) but `node`, which has all. A",
    "program that names any of it is refused when it is built. Where it gets there by another way, such as an alias, there is an",
    "error when it runs.",
    "",
    ...sections,
  ].join("\n");
}
