/** What the consumer groups of every event log do, whatever keeps it: each test gets a log of its own. */
import { testAccounts } from "./groupContract/accounts.ts";
import { testDeadLetters } from "./groupContract/deadLetters.ts";
import { testDeliveries } from "./groupContract/deliveries.ts";
import { createGroupKit, type GroupContract } from "./groupContract/groupKit.ts";
import { testLeases } from "./groupContract/leases.ts";
import { testResets } from "./groupContract/resets.ts";
import type { LogStorage } from "./storage.ts";

/**
 * @param open Opens a log that has `TOPICS` (storage.contract.ts), no events and no groups.
 * @param contract What it can't do.
 */
export function testGroupStorage(
  open: () => Promise<LogStorage>,
  contract: GroupContract = {},
): void {
  const kit = createGroupKit(open, contract);
  testDeliveries(kit);
  testLeases(kit);
  testDeadLetters(kit);
  testResets(kit);
  testAccounts(kit);
}
