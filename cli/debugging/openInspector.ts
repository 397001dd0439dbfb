/** `--inspect`: lets debuggers attach to this process, and tells the user how. */
import { url, waitForDebugger } from "node:inspector";
import { createServer } from "node:net";
import type { CommandContext } from "../command.ts";
import { systemErrorCode, UserError } from "../errors.ts";
import { parseInspectAddress, type InspectAddress, type InspectOptions } from "./inspectOptions.ts";
import { isInspectorOpen, openAt, stopAtStart } from "./inspector.ts";
import { showValuesAsLua } from "./showValues.ts";

/**
 * To be called before any Lua is loaded. Does what is left to do when the inspector is open already, and nothing when
 * there is none and none is wanted. With `--inspect-brk` the process stands still until a debugger has attached.
 *
 * @throws UserError when it can't listen at the address
 */
export async function openInspector(
  options: InspectOptions,
  { stderr }: Pick<CommandContext, "stderr">,
): Promise<void> {
  const { inspect, "inspect-brk": inspectAndStop } = options;
  const isStopping = inspectAndStop !== undefined;
  const wanted = inspectAndStop ?? inspect;
  if (wanted !== undefined && !isInspectorOpen()) {
    await openInspectorAt(parseInspectAddress(wanted, isStopping ? "--inspect-brk" : "--inspect"));
    stderr.write(notice());
  }
  if (!isInspectorOpen()) return;
  showValuesAsLua();
  if (!isStopping) return;
  stderr.write("spacer: waiting for the debugger\n");
  stopAtStart();
  waitForDebugger();
}

async function openInspectorAt({ host, port }: InspectAddress): Promise<void> {
  await checkAddress({ host, port });
  openAt(port, host);
  // Node tells of failures only on standard error.
  if (!isInspectorOpen())
    throw new UserError(`can't listen for debuggers on ${host}:${String(port)}`);
}

/** Listens for a moment where the inspector is to listen. */
async function checkAddress({ host, port }: InspectAddress): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  } catch (thrown) {
    throw addressError(thrown, { host, port });
  }
}

function addressError(thrown: unknown, { host, port }: InspectAddress): unknown {
  switch (systemErrorCode(thrown)) {
    case "EADDRINUSE":
      return new UserError(
        `port ${String(port)} for debuggers is in use by another program`,
        `stop that program or choose another port: --inspect=${String(port + 1)}, or any: --inspect=0`,
      );
    case "EACCES":
      return new UserError(
        `port ${String(port)} for debuggers may not be used: permission denied`,
        "choose a port from 1024 on: --inspect=9229",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new UserError(
        `this machine has no address ${host}`,
        "choose another: --inspect=127.0.0.1:9229",
      );
    default:
      return thrown;
  }
}

function notice(): string {
  const { host } = new URL(url() ?? "");
  return (
    `spacer: a debugger can attach to ${host}: "Attach to spacer" in VS Code (.vscode/launch.json), ` +
    "or chrome://inspect in Chrome.\n" +
    "spacer: CPU budgets and timeouts of functions are off.\n"
  );
}
