/** Expected numbers are what `rand` of the GNU C library gives. */
import { GlibcRandom } from "./glibcRandom.ts";

test.each([
  [1, [1804289383, 846930886, 1681692777]],
  [42, [71876166, 708592740, 1483128881]],
  [0, [1804289383, 846930886, 1681692777]],
])("seed %d", (seed, numbers) => {
  const generator = new GlibcRandom(seed);
  expect(numbers.map(() => generator.next())).toEqual(numbers);
  generator.seed(seed);
  expect(generator.next()).toBe(numbers[0]);
});
