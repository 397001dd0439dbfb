/** Holds the guide to the truth: all pages but those about what is stored (guidesOfStorage.test.ts). */
import { blocksOf, planOf, readPages } from "./guides/blocks.testkit.ts";
import { pagesOf, testPages } from "./guides/testPages.testkit.ts";

test("every block is run, or says why it is not", () => {
  const unplanned = readPages().flatMap((page) =>
    blocksOf(page)
      .filter((block) => planOf(block) === undefined)
      .map(({ line, language }) => `${page.name}:${String(line)} (${language})`),
  );
  // Begin it with its path, show the command, or put a comment above it: <!-- not run: why -->
  expect(unplanned).toEqual([]);
});

testPages(pagesOf({ isStorage: false }));
