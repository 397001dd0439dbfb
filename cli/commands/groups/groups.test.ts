import { waitFor } from "../../context.testkit.ts";
import { openTopicsProject, type TopicsProject } from "../../topics/topicsProject.testkit.ts";

// A database is made, perhaps while much else goes on.
jest.setTimeout(60_000);

let project: TopicsProject;

beforeAll(async () => {
  project = await openTopicsProject();
});

beforeEach(async () => {
  await project.renew("consumerGroup: mine", "topics: [{name: orders, partitions: 2}, visits]");
  await project.log.append(
    "orders",
    Array.from({ length: 20 }, (_, index) => ({ key: String(index), value: "1" })),
  );
});

afterAll(() => project.close());

/** A group that has handled all there is, and that nobody takes part in any more. */
async function handleAll(group: string): Promise<void> {
  const member = await project.join(group, ["orders"]);
  await waitFor(
    async () =>
      (await project.log.groups.describe(group))?.partitions.every(({ lag }) => lag === 0) === true,
    () => "not all is handled",
  );
  await member.leave();
}

const committed = async (group: string): Promise<readonly number[]> => {
  const description = await project.log.groups.describe(group);
  return description?.partitions.map((each) => each.committed) ?? [];
};

test("before anybody takes part", async () => {
  expect(await project.run("groups", "list")).toBe(
    "no process has taken part in a consumer group yet\n",
  );
  expect(await project.json("groups", "list")).toEqual([]);
  expect(await project.fail("groups", "show")).toBe(
    "spacer: there is no group 'mine'\n" +
      "  hint: a group is there from when the first process took part in it\n",
  );
});

test("list and show", async () => {
  await handleAll("mine");
  const member = await project.join("other", ["orders"]);
  await project.log.append("orders", [{ key: "0", value: "2" }]);
  const [header, ...groups] = (await project.run("groups", "list")).split("\n");
  expect(header).toBe("GROUP  MEMBERS  LAG  DEAD LETTERS  TOPICS");
  expect(groups[1]).toMatch(/^other +1 +\d+ +0 {2}orders$/);
  expect(groups[0]).toBe("mine         0    1             0  orders");
  expect(await project.json("groups", "list")).toContainEqual({
    name: "mine",
    members: 0,
    topics: ["orders"],
    lag: 1,
    deadLetters: 0,
  });

  const [title, columns, first] = (await project.run("groups", "show")).split("\n");
  expect(title).toBe("group mine, 0 members");
  expect(columns).toBe("TOPIC   PARTITION  COMMITTED  END  LAG  MEMBER");
  expect(first).toMatch(/^orders {10}0 +\d+ +\d+ +[01] {2}-$/);
  expect(await project.run("groups", "show", "other")).toMatch(/^group other, 1 member\n/);
  expect(await project.json("groups", "show", "other")).toMatchObject({
    name: "other",
    members: ["test 1"],
    partitions: [{ topic: "orders", partition: 0 }, { partition: 1 }],
  });
  expect(await project.fail("groups", "show", "othre")).toBe(
    "spacer: there is no group 'othre'\n  hint: did you mean 'other'?\n",
  );
  await member.leave();
});

describe("reset", () => {
  const reset = (...words: readonly string[]) => ["groups", "reset", "mine", "orders", ...words];

  let before: readonly number[];

  beforeEach(async () => {
    await handleAll("mine");
    before = await committed("mine");
    expect(before[0] ?? 0).toBeGreaterThan(2);
  });

  test("shows what it would do, and does it", async () => {
    const dry = await project.run(...reset("--to", "earliest", "--dry-run"));
    expect(dry).toMatch(/^PARTITION {2}COMMITTED {2}WOULD BE {2}END {2}TO HANDLE\n/);
    expect(dry).toMatch(/a dry run: nothing is changed\n$/);
    expect(await committed("mine")).toEqual(before);
    expect(await project.json(...reset("--to", "earliest"))).toEqual({
      group: "mine",
      topic: "orders",
      dryRun: false,
      partitions: before.map((end, partition) => ({ partition, before: end, after: 0, end })),
    });
    expect(await committed("mine")).toEqual([0, 0]);
    expect(await project.run(...reset("--to", "latest"))).toMatch(/ COMMITTED {2}NOW {2}END /);
    expect(await committed("mine")).toEqual(before);
  });

  test("to an offset, a time, of one partition", async () => {
    await project.run(...reset("--to", "1", "--partition", "1"));
    expect(await committed("mine")).toEqual([before[0], 1]);
    await project.run(...reset("--to", "1h"));
    expect(await committed("mine")).toEqual([0, 0]);
    await project.run(...reset("--to", "1000000"));
    expect(await committed("mine")).toEqual(before);
  });

  test("what is wrong changes nothing", async () => {
    const refused = async (words: readonly string[], message: string): Promise<void> =>
      expect(await project.fail(...words)).toContain(`spacer: ${message}\n`);
    const reads = "group 'mine' does not read the topic 'visits'\n  hint: it reads orders";
    await refused(reset(), "'spacer groups reset' needs --to POSITION");
    await refused(reset("--to", "first"), "'first' is no offset and no time (option '--to')");
    await refused(reset("--to", "1", "--partition", "2"), "topic 'orders' has no partition 2");
    await refused(["groups", "reset", "g", "orders", "--to", "1"], "there is no group 'g'");
    await refused(["groups", "reset", "mine", "order", "--to", "1"], "there is no topic 'order'");
    await refused(["groups", "reset", "mine", "visits", "--to", "1"], reads);
    expect(await committed("mine")).toEqual(before);
  });
});

test("a group that the settings do not name is called after the project", async () => {
  await project.renew("topics: [visits]");
  await (await project.join(project.group, ["visits"])).leave();
  expect(project.group).toMatch(/^spacer-shop\d+$/);
  expect(await project.run("groups", "show")).toContain(`group ${project.group}, 0 members\n`);
});
