/** The end of a function that has nothing more to say, wherever it is (`ngx.exit`). No `pcall` catches it. */
import { Stopped } from "../core/stopped.ts";

export class Exit extends Stopped {
  /** Of HTTP; or 0 for a normal end, -1 for a failure. */
  readonly status: number;

  constructor(status: number) {
    super("exit", `the function ended by ngx.exit(${String(status)})`, "");
    this.status = status;
  }
}
