/** Keeps Node from opening the port of its debugger by SIGUSR1, which asks a server for new log files. */

const SERVERS = ["dev", "start"];

/** Is called before anything else: until there is a handler, Node has its own. @param command The first word. */
export function takeDebuggerSignal(command: string | undefined): void {
  if (command !== undefined && SERVERS.includes(command)) process.on("SIGUSR1", ignore);
}

function ignore(): void {
  // Whoever writes a log listens as well.
}
