import { toFetched } from "./fetched.ts";
import type { KafkajsMessage } from "./internals.ts";

const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);

const message = (
  offset: number,
  producerId: string,
  { inTransaction = false, control }: { inTransaction?: boolean; control?: Buffer } = {},
): KafkajsMessage => ({
  offset: String(offset),
  timestamp: "1700000000000",
  key: control ?? Buffer.from("k"),
  value: Buffer.from("v"),
  headers: { one: Buffer.from("1"), two: [Buffer.from("1"), Buffer.from("2")] },
  isControlRecord: control !== undefined,
  batchContext: {
    producerId,
    inTransaction: inTransaction || control !== undefined,
    firstOffset: String(offset),
    lastOffsetDelta: 0,
  },
});

const fetched = (
  from: number,
  messages: readonly KafkajsMessage[],
  abortedTransactions: readonly { producerId: string; firstOffset: string }[] = [],
) => {
  const { records, nextOffset } = toFetched("t", from, {
    partition: 3,
    abortedTransactions,
    messages,
  });
  return { offsets: records.map(({ offset }) => offset), nextOffset };
};

test("a batch comes as a whole, but what was not asked for is left out", () => {
  const { records } = toFetched("t", 6, {
    partition: 3,
    messages: [message(5, "-1"), message(6, "-1")],
  });
  expect(records).toEqual([
    {
      offset: 6,
      timestampMs: 1_700_000_000_000,
      key: Buffer.from("k"),
      value: Buffer.from("v"),
      headers: { one: "1", two: "2" },
    },
  ]);
});

test("nothing leaves the position where it is", () => {
  expect(fetched(7, [])).toEqual({ offsets: [], nextOffset: 7 });
});

test("a batch that compaction has emptied behind the position is skipped", () => {
  const batchContext = {
    producerId: "-1",
    inTransaction: false,
    firstOffset: "4",
    lastOffsetDelta: 5,
  };
  const { records, nextOffset } = toFetched("t", 6, {
    partition: 3,
    messages: [{ ...message(5, "-1"), batchContext }],
  });
  expect(records).toEqual([]);
  expect(nextOffset).toBe(10);
});

test("aborted transactions and the ends of all are left out, and skipped", () => {
  const inTransaction = true;
  const messages = [
    message(0, "7", { inTransaction }),
    message(1, "8", { inTransaction }),
    message(2, "-1"),
    message(3, "7", { inTransaction }),
    message(4, "7", { control: ABORT }),
    message(5, "7", { inTransaction }),
    message(6, "8", { control: COMMIT }),
    message(7, "7", { control: COMMIT }),
  ];
  const aborted = [{ producerId: "7", firstOffset: "0" }];
  expect(fetched(0, messages, aborted)).toEqual({ offsets: [1, 2, 5], nextOffset: 8 });
  // The transaction had begun before what was asked for.
  expect(fetched(2, messages, aborted)).toEqual({ offsets: [2, 5], nextOffset: 8 });
});
