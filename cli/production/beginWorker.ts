/** The first thing that a worker does, apart from all that may fail to load. */
import type { CommandContext } from "../command.ts";
import { describeFailure } from "../errors.ts";
import type { FromWorker } from "./messages.ts";

/** Serves until it is told to end, or tells why it can't; both end the process. */
export async function beginWorker(context: CommandContext): Promise<never> {
  const failure = await import("./worker.ts")
    .then(({ runWorker }) => runWorker(context))
    .catch((thrown: unknown) => describeFailure(thrown, context.env["SPACER_DEBUG"] === "1"));
  // The channel to the supervisor would keep it alive.
  return await new Promise(() => {
    process.send?.({ type: "failed", ...failure } satisfies FromWorker, undefined, undefined, () =>
      process.exit(failure.exitCode),
    );
  });
}
