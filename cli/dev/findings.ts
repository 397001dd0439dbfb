/**
 * What `spacer check` finds, told while a project is edited: all that is there in the beginning, then what each save
 * adds. It comes after everything else: requests need not wait for it.
 */
import { ProjectChecker } from "../check/projectChecker.ts";
import type { Finding } from "../check/finding.ts";
import { totalsOf, type Totals } from "../check/report.ts";
import type { Contents } from "./settle.ts";

/** Examining goes on for so long, then whatever waits has its turn: for a moment, or longer when that has much to do. */
const TURN_MS = 4;
const PAUSE_MS = 2;
const BUSY_PAUSE_MS = 50;
/** So much of a pause was used by others when they have much to do. */
const BUSY_SHARE = 0.5;
/** So long after a change, when whoever saved has asked for the result. */
const DELAY_MS = 150;

export interface NewFindings {
  readonly findings: readonly Finding[];
  /** Of all there are. */
  readonly totals: Totals;
}

export class Findings {
  private readonly checker = new ProjectChecker();
  private readonly tell: (found: NewFindings) => void;
  private readonly changes = new Map<string, string | undefined>();
  private timer: NodeJS.Timeout | undefined = undefined;
  private isClosed = false;
  /** What was told and still is so. */
  private told: ReadonlySet<string> | undefined = undefined;
  /** How the event loop was used up to the end of the last turn. */
  private usedBefore = performance.eventLoopUtilization();

  constructor(tell: (found: NewFindings) => void) {
    this.tell = tell;
  }

  /** @param contents Of changed files, by path from the root; in the beginning of all. */
  changed(contents: Contents): void {
    for (const [path, content] of contents) this.changes.set(path, content);
    if (this.changes.size > 0) this.later();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private later(delayMs = DELAY_MS): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.examine();
    }, delayMs);
  }

  private examine(): void {
    const isBusy = performance.eventLoopUtilization(this.usedBefore).utilization > BUSY_SHARE;
    const endMs = performance.now() + TURN_MS;
    for (const [path, content] of this.changes) {
      this.changes.delete(path);
      this.checker.update(path, content);
      if (performance.now() < endMs) continue;
      if (this.changes.size > 0) {
        this.usedBefore = performance.eventLoopUtilization();
        this.later(isBusy ? BUSY_PAUSE_MS : PAUSE_MS);
        return;
      }
    }
    this.tellNew();
  }

  private tellNew(): void {
    const all = this.checker.findings();
    const { told } = this;
    this.told = new Set(all.map(identityOf));
    const findings = all.filter(
      (finding) =>
        told?.has(identityOf(finding)) !== true && (told === undefined || isOurs(finding)),
    );
    if (findings.length === 0) return;
    this.tell({ findings, totals: totalsOf(all, this.checker.paths.length) });
  }
}

/** That a file does not compile, or the settings are wrong, is told when it is saved. */
function isOurs({ diagnostic: { code, severity } }: Finding): boolean {
  return severity === "warning" || code === "missing-function";
}

/** The same finding on another line is no other one. */
function identityOf({ file, diagnostic: { code, message } }: Finding): string {
  return [file, code, message].join("\n");
}
