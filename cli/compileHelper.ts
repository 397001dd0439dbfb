/** The program that `spacer build` starts beside itself to compile (cli/build/compileHelper.ts). */
import { helpToCompile } from "./build/helpToCompile.ts";
import { describeFailure, UserError } from "./errors.ts";

if (process.send === undefined) {
  const problem = new UserError("this program is for 'spacer build' to start, not for people");
  const { text, exitCode } = describeFailure(problem, false);
  process.stderr.write(text);
  process.exitCode = exitCode;
} else {
  helpToCompile();
}
