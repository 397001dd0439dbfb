/**
 * Commits what the leases of a member were told: all of it in one request at a time, now and then, or at once when somebody
 * waits for it. The cluster refuses it under a generation of the group that is over.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isKind, type CommittedOffset } from "./client.ts";
import type { KafkaLease } from "./lease.ts";

/** How long it waits for more to be told. */
const INTERVAL_MS = 200;
const RETRY_MS = 100;

export interface CommitterOptions {
  readonly commit: (offsets: readonly CommittedOffset[]) => Promise<void>;
  /**
   * Nothing can be committed as the member that it was.
   *
   * @returns Whether it is another one meanwhile, so that it may go through.
   */
  readonly onStale: () => boolean;
  readonly onProblem: (error: unknown) => void;
}

export class Committer {
  private readonly options: CommitterOptions;
  private readonly dirty = new Set<KafkaLease>();
  private committing: Promise<void> | undefined = undefined;
  private hurry: (() => void) | undefined = undefined;
  private isUrgent = false;

  constructor(options: CommitterOptions) {
    this.options = options;
  }

  changed(lease: KafkaLease, isUrgent: boolean): void {
    this.dirty.add(lease);
    if (isUrgent) {
      this.isUrgent = true;
      this.hurry?.();
    }
    this.committing ??= this.commitAll();
  }

  private async commitAll(): Promise<void> {
    while (this.dirty.size > 0) {
      await this.untilDue();
      this.isUrgent = false;
      const leases = [...this.dirty];
      this.dirty.clear();
      await this.commitOnce(leases);
    }
    this.committing = undefined;
  }

  private async untilDue(): Promise<void> {
    // Not in the middle of what is being told.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isUrgent) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INTERVAL_MS);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hurry = undefined;
  }

  private async commitOnce(leases: readonly KafkaLease[]): Promise<void> {
    const taken = leases.flatMap((lease) => {
      const changes = lease.takeChanges();
      return changes === undefined ? [] : [{ lease, changes }];
    });
    if (taken.length === 0) return;
    try {
      await this.options.commit(taken.map(({ changes }) => changes.offset));
      for (const { changes } of taken) changes.onStored();
    } catch (error) {
      const isStale = isKind(error, "stale") && !this.options.onStale();
      if (!isStale && !isKind(error, "rebalance", "stale")) this.options.onProblem(error);
      for (const { lease, changes } of taken) lease.giveBackChanges(changes);
      if (!isStale) await delay(RETRY_MS);
    }
  }
}
