/** Which view of a file was asked for. */
import { UserError } from "../errors.ts";

/** Options that each ask for a view of their own. `opt` may come with `html`. */
const VIEWS = ["ast", "sites", "source-map", "debug", "stats", "html", "opt"] as const;

export type View = (typeof VIEWS)[number] | "code";

type Given = Readonly<Partial<Record<string, unknown>>>;

/** Options that only some views take. */
const TAKEN_BY: Readonly<Record<string, readonly View[]>> = {
  resume: ["code", "sites", "debug", "source-map"],
  raw: ["code"],
  json: ["stats", "opt"],
  args: ["opt"],
  call: ["opt"],
  seconds: ["opt"],
  unlimited: ["opt"],
  iterations: ["opt"],
  output: ["html"],
};

/** Views of whole files. */
const WHOLE: readonly View[] = ["ast", "source-map", "debug"];

/**
 * @param selector The function that was asked for, if any.
 * @throws UserError "'--ast' and '--stats' can't be combined"
 */
export function chooseView(options: Given, selector: string | undefined): View {
  const chosen = VIEWS.filter((view) => options[view] === true);
  const [view = "code", other] = chosen;
  const isPageWithVerdicts = chosen.join() === "html,opt";
  if (other !== undefined && !isPageWithVerdicts) {
    throw new UserError(`'--${view}' and '--${other}' can't be combined`);
  }
  for (const [option, takers] of Object.entries(TAKEN_BY)) {
    const isGiven = options[option] !== undefined && options[option] !== false;
    const isTaken =
      takers.includes(view) || (isPageWithVerdicts && option !== "json" && takers.includes("opt"));
    if (!isGiven || isTaken) continue;
    const hint = `it belongs to ${takers.map(nameOf).join(" and ")}`;
    throw new UserError(`'--${option}' says nothing of ${nameOf(view)}`, hint);
  }
  if (selector !== undefined && WHOLE.includes(view)) {
    throw new UserError(`${nameOf(view)} is of whole files`, "leave the function away");
  }
  return view;
}

function nameOf(view: View): string {
  return view === "code" ? "the code" : `'--${view}'`;
}
