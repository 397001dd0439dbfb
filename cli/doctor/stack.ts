/**
 * The stack on which Lua recurses. V8 is told how much of it it may use (`--stack-size`), and does not ask how much the system
 * gives: with less, deep recursion ends the process in place of an error.
 */
import { STACK_SIZE_KIB } from "../processContext.ts";
import { ok, problem, warning, type Check } from "./check.ts";
import { readProc, type Machine } from "./machine.ts";

/** What Node and the system use beside V8. */
const RESERVE_KIB = 256;

export const stackCheck: Check = {
  name: "stack",
  run: ({ machine }) => {
    const usedKib = optionKib(machine);
    if (usedKib === undefined) {
      const wanted = `--stack-size=${String(STACK_SIZE_KIB)}`;
      return [
        warning(
          "Node runs without a larger stack: deep recursion in Lua ends early with 'stack overflow'",
          `start spacer by its own name, or as 'node ${wanted} ...'`,
        ),
      ];
    }
    const limitKib = systemLimitKib(machine);
    if (limitKib !== undefined && limitKib < usedKib + RESERVE_KIB) {
      return [
        problem(
          `the system gives a stack of ${String(limitKib)} KiB, and Node was promised ${String(usedKib)}: deep recursion crashes the process`,
          "raise the limit before spacer is started: 'ulimit -s 8192' in the shell, LimitSTACK=8M in a systemd unit",
        ),
      ];
    }
    const limit = limitKib === undefined ? "" : ` of ${sizeText(limitKib)} that the system gives`;
    return [ok(`${String(usedKib)} KiB${limit}`)];
  },
};

function optionKib({ nodeOptions }: Machine): number | undefined {
  const sizes = nodeOptions.flatMap((option) => /^--stack[-_]size=(\d+)$/.exec(option)?.[1] ?? []);
  return sizes.length === 0 ? undefined : Number(sizes.at(-1));
}

/** Of the main thread, where the system tells. */
function systemLimitKib(machine: Machine): number | undefined {
  const limits = readProc(machine, "self/limits");
  const soft = limits === undefined ? undefined : /^Max stack size +(\w+)/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? Infinity : Math.floor(Number(soft) / 1024);
}

function sizeText(kib: number): string {
  return kib === Infinity ? "all" : `${String(kib)} KiB`;
}
