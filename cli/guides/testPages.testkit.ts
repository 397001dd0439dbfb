/**
 * Holds pages of the guide to the truth: every sample in them is run, in the order of its page, and does what the page says. What is done
 * with a block follows from the block (blocks.testkit.ts); what can't be run says why.
 */
import { blocksOf, planOf, readPages, type Page } from "./blocks.testkit.ts";
import { GuideSession } from "./session.testkit.ts";

/**
 * Pages that keep events or rows, and so start PostgreSQL. They take about as long as all others together, which another test file has:
 * two cores work on both.
 */
const ABOUT_STORAGE: readonly string[] = [
  "database.md",
  "getting-started.md",
  "replay.md",
  "topics.md",
  "triggers.md",
];

/** Those about storage, or all others. */
export function pagesOf({ isStorage }: { readonly isStorage: boolean }): readonly Page[] {
  return readPages().filter(({ name }) => ABOUT_STORAGE.includes(name) === isStorage);
}

/** Declares a test for each. */
export function testPages(pages: readonly Page[]): void {
  test.each(pages)("$name", testPage, 120_000);
}

async function testPage(page: Page): Promise<void> {
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
}
