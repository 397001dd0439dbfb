/** Holds the pages of the guide about topics and databases to the truth, as cli/guides.test.ts does with all others. */
import { pagesOf, testPages } from "./guides/testPages.testkit.ts";

testPages(pagesOf({ isStorage: true }));
