/** What the catalog says of a diagnostic. */
export interface Entry<Details> {
  readonly severity: "error" | "warning";
  readonly message: (details: Details) => string;
  readonly hint: (details: Details) => string | undefined;
}

/** What keeps a program from running. */
export function error<Details>(
  message: Entry<Details>["message"],
  hint: Entry<Details>["hint"],
): Entry<Details> {
  return { severity: "error", message, hint };
}

/** What is most likely a mistake, in a program that runs. */
export function warning<Details>(
  message: Entry<Details>["message"],
  hint: Entry<Details>["hint"],
): Entry<Details> {
  return { severity: "warning", message, hint };
}
