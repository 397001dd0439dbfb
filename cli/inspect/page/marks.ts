/** What both sides of the page have in common. */
import { html as markup, type Html } from "../../html.ts";

/** How far lines are indented at most for the page: for each there is a class. */
export const MAX_INDENT = 40;

/** A point at which a function can be left and resumed. @param callee As in `PrintedSite`. */
export function waitMark(callee: string | undefined, exit?: number): Html {
  const number = exit === undefined ? "" : `exit ${String(exit)}: `;
  return isMetamethod(callee)
    ? markup`<b class="wait maybe" title="${number}waits if a metamethod does"></b>`
    : markup`<b class="wait" title="${number}this call may wait"></b>`;
}

/** Whether only a metamethod can be called at a site. */
export function isMetamethod(callee: string | undefined): boolean {
  return callee?.startsWith("metamethod ") === true;
}
