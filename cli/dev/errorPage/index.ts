/** The door to the error page. */
export { renderErrorPage, type ErrorPageOptions } from "./page.ts";
