import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { URL } from "node:url";
import Sequencer from "@jest/test-sequencer";

/** Paths from the root, those that take longest first. */
const LONG_TESTS = JSON.parse(readFileSync(new URL("longTests.json", import.meta.url), "utf8"));

/**
 * The order of test files (see jest.config.ts): those known to be long come first, so that none of them is what one core
 * still does while the other has nothing left. Jest would go by the last run, of which a fresh clone knows nothing, and
 * else by the size of the files. All others follow in Jest's order. JavaScript, because Jest loads it as it is.
 */
export default class TestSequencer extends Sequencer {
  /**
   * @template {import("@jest/test-result").Test} Test
   * @param {Test[]} tests
   * @returns {Test[]}
   */
  sort(tests) {
    const rankOf = ({ path, context }) => {
      const name = relative(context.config.rootDir, path).replaceAll("\\", "/");
      const index = LONG_TESTS.indexOf(name);
      return index === -1 ? LONG_TESTS.length : index;
    };
    const ranks = new Map(tests.map((test) => [test, rankOf(test)]));
    return super.sort(tests).sort((a, b) => ranks.get(a) - ranks.get(b));
  }
}
