/**
 * Holds the guide to the truth: every sample in it is run, in the order of its page, and does what the page says. What is done
 * with a block follows from the block (cli/guides/blocks.testkit.ts); what can't be run says why.
 */
import { blocksOf, planOf, readPages } from "./guides/blocks.testkit.ts";
import { GuideSession } from "./guides/session.testkit.ts";

jest.setTimeout(120_000);

const pages = readPages();

test("every block is run, or says why it is not", () => {
  const unplanned = pages.flatMap((page) =>
    blocksOf(page)
      .filter((block) => planOf(block) === undefined)
      .map(({ line, language }) => `${page.name}:${String(line)} (${language})`),
  );
  // Begin it with its path, show the command, or put a comment above it: <!-- not run: why -->
  expect(unplanned).toEqual([]);
});

test.each(pages)("$name", async (page) => {
  const blocks = blocksOf(page).map((block) => ({ block, plan: planOf(block) }));
  const files = blocks.flatMap(({ block, plan }) =>
    plan?.kind === "file" ? [[plan.path, block] as const] : [],
  );
  const session = new GuideSession(files);
  try {
    await session.begin(blocks.some(({ block }) => /^\$ .*spacer init /m.test(block.text)));
    for (const { block, plan } of blocks) {
      if (plan === undefined) continue;
      await session.perform(block, plan).catch((error: unknown) => {
        if (error instanceof Object && "message" in error) {
          error.message = `${page.name}:${String(block.line)}: ${String(error.message)}`;
        }
        throw error;
      });
    }
    const showsFindings = blocks.some(({ block }) => block.text.includes("$ spacer check"));
    if (!showsFindings) expect(await session.check()).toBe("");
  } finally {
    await session.end();
  }
});
