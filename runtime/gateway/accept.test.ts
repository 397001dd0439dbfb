import { prefersHtml } from "./accept.ts";

test.each([
  // Browsers: Firefox, Chrome, Safari.
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true],
  ["text/html", true],
  ["TEXT/HTML ; Q=0.5 , application/json;q=0.4", true],
  ["text/*", true],
  ["text/*;q=0.9, application/*;q=0.8", true],
  ["application/json;q=0, */*, text/html", true],
  // Programs: curl, fetch, and those that say what they want.
  [undefined, false],
  ["", false],
  ["*/*", false],
  ["application/json, text/plain, */*", false],
  ["application/json, text/html", false],
  ["text/html;q=0.5, application/json", false],
  ["text/html;q=0.5, */*", false],
  ["text/html;q=0", false],
  ["text/html;q=nonsense", false],
  ["text/html;q=7", false],
  ["text/html;q=0, text/*", false],
  ["application/xhtml+xml", false],
])("%p: %p", (accept, expected) => {
  expect(prefersHtml(accept)).toBe(expected);
});
