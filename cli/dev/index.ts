/** The door to the development server. */
export { runDevSession, type SessionOptions } from "./session.ts";
