import { readMemberData, share, type MemberData } from "./share.ts";

const member = (id: string, topics: readonly string[], data: Partial<MemberData> = {}) => ({
  id,
  topics,
  userData: JSON.stringify({ member: id, generation: -1, has: {}, ...data }),
});

const shared = (...given: Parameters<typeof share>) =>
  Object.fromEntries(
    [...share(...given)].map(([id, assignment]) => [id, Object.fromEntries(assignment)]),
  );

const COUNTS = new Map([["orders", 4]]);

test("what nobody has is shared out", () => {
  expect(shared([member("a", ["orders"]), member("b", ["orders"])], COUNTS)).toEqual({
    a: { orders: [0, 2] },
    b: { orders: [1, 3] },
  });
});

test("what is to move is nobody's until it was given back", () => {
  const has = { orders: [0, 1, 2, 3] };
  const first = [member("a", ["orders"], { generation: 1, has }), member("b", ["orders"])];
  const { a, b } = shared(first, COUNTS);
  expect(a?.["orders"]).toHaveLength(2);
  expect(b).toEqual({});
  const second = [
    member("a", ["orders"], { generation: 2, has: a ?? {} }),
    member("b", ["orders"], { generation: 2 }),
  ];
  const after = shared(second, COUNTS);
  expect(after["a"]).toEqual(a);
  expect([...(a?.["orders"] ?? []), ...(after["b"]?.["orders"] ?? [])].sort()).toEqual([
    0, 1, 2, 3,
  ]);
});

test("of two that claim a partition, who was there last has it", () => {
  const members = [
    member("late", ["orders"], { generation: 7, has: { orders: [0, 1] } }),
    member("lost", ["orders"], { generation: 5, has: { orders: [0, 2] } }),
  ];
  expect(shared(members, COUNTS)).toEqual({
    late: { orders: [0, 1] },
    lost: { orders: [2, 3] },
  });
});

test("a topic goes only to those that handle it", () => {
  const counts = new Map([
    ["orders", 2],
    ["visits", 2],
  ]);
  const members = [member("old", ["orders"]), member("new", ["orders", "visits"])];
  const { old, new: both } = shared(members, counts);
  expect(old?.["visits"]).toBeUndefined();
  expect(both?.["visits"]).toEqual([0, 1]);
});

test("another kind of client tells nothing of itself", () => {
  for (const text of ["", "\0\u0001", "{}", "17"]) {
    expect(readMemberData(text)).toEqual({ member: "?", generation: -1, has: {} });
  }
});
