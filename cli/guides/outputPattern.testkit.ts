/** What the guide shows of an output, as a pattern: what differs from run to run may differ. */

/**
 * "..." and "…" stand for what is left out: some text, or some lines; so do four digits of an id in front of them. Times, dates, ports and addresses of tables may be others, and so may blanks at the
 * ends of lines and between the columns of a table.
 */
export function outputPattern(shown: string): RegExp {
  const escaped = withoutTrailingBlanks(shown).replaceAll(/[\\^$*+?.()[\]{}|/]/g, String.raw`\$&`);
  const pattern = escaped
    .replaceAll(/\\\.\\\.\\\.|…/g, "[^]*?")
    .replaceAll(/ {2,}(?=\S)/g, "[ \\t]+")
    .replaceAll(/(?<![\d.])\d+(?:\\\.\d+)?(?= (?:ms|s|seconds)\b)/g, String.raw`[\d.]+`)
    .replaceAll(/(?<=localhost:)\d+/g, String.raw`\d+`)
    .replaceAll(/\d{4}\\\/\d\d\\\/\d\d \d\d:\d\d:\d\d/g, String.raw`\d{4}\/\d\d\/\d\d [\d:]{8}`)
    .replaceAll(/[0-9a-f]{4}\[\^\]\*\?/g, "[^]*?")
    .replaceAll(/0x[0-9a-f]+/g, "0x[0-9a-f]+")
    .replaceAll(
      /\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}/g,
      String.raw`\w{3} \w{3} +\d+ [\d:]{8} \d{4}`,
    );
  return new RegExp(`^${pattern}$`);
}

export function withoutTrailingBlanks(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, "").trimEnd();
}

/** The first of the lines shown that is not among those printed, in their order; `undefined` when all are. */
export function missingLine(shown: string, printed: string): string | undefined {
  const lines = withoutTrailingBlanks(printed).split("\n");
  let next = 0;
  return withoutTrailingBlanks(shown)
    .split("\n")
    .find((line) => {
      const pattern = outputPattern(line);
      const place = lines.findIndex((each, index) => index >= next && pattern.test(each));
      next = place + 1;
      return place < 0;
    });
}
