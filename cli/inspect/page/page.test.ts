/** The page of `spacer inspect --html`, as a browser shows it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, startBrowser } from "../../chromium.testkit.ts";
import { createTestCli, type TestCli } from "../../context.testkit.ts";

jest.setTimeout(60_000);

const SOURCE = `local M = {}
local count = 0

function M.up(step)
  count = count + step
  return count
end

${"-- far away\n".repeat(80)}
function M.twice(value)
  return M.up(value) +
    M.up(value)
end

return M
`;
const TWICE = SOURCE.split("\n").indexOf("function M.twice(value)") + 1;

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  cli.write("m.lua", SOURCE);
});

afterEach(() => {
  cli.dispose();
});

async function writePage(...words: readonly string[]): Promise<string> {
  expect({
    code: await cli.run("inspect", ...words, "--html", "-o", "page.html"),
    err: cli.err,
  }).toEqual({ code: 0, err: "" });
  return readFileSync(join(cli.cwd, "page.html"), "utf8");
}

test("to a file or to standard output, but not to a terminal", async () => {
  const page = await writePage("m.lua");
  expect(cli.out).toBe("wrote page.html\n");
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  cli.clear();
  expect(await cli.run("inspect", "m.lua", "--html")).toBe(0);
  expect(cli.out).toBe(page);
  cli.clear();
  Object.assign(cli.context.stdout, { isTTY: true });
  expect(await cli.run("inspect", "m.lua", "--html")).toBe(1);
  expect(cli.err).toContain(
    "a page is nothing for a terminal\n  hint: name a file: --html -o page.html",
  );
  expect(await cli.run("inspect", "m.lua", "--html", "-o", "no/page.html")).toBe(1);
  expect(cli.err).toContain("can't write no/page.html: no such file or folder");
});

test("the page is whole: it names nothing outside of itself", async () => {
  const page = await writePage("m.lua");
  expect(page).not.toMatch(/https?:|\ssrc=|<link|@import|url\(/);
});

describeInBrowser("in a browser", () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1300, height: 700 } });
    complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) complaints.push(request.url());
    });
  });

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function open(...words: readonly string[]): Promise<void> {
    await writePage(...words);
    await page.goto(pathToFileURL(join(cli.cwd, "page.html")).href);
  }

  const linkedIn = (side: string): Promise<string[]> =>
    page.locator(`#${side} .linked .text`).allTextContents();

  async function isInView(selector: string): Promise<boolean> {
    const line = page.locator(selector).first();
    const [box, side] = await Promise.all([line.boundingBox(), line.locator("..").boundingBox()]);
    if (box === null || side === null) return false;
    return box.y >= side.y && box.y + box.height <= side.y + side.height;
  }

  test("lines are linked under the pointer, in both directions", async () => {
    await open("m.lua");
    await page.hover("#lua-5");
    const code = await linkedIn("code");
    expect(code.length).toBeGreaterThan(1);
    expect(code[0]).toContain("$1 = count.v;");
    expect(await linkedIn("lua")).toEqual(["  count = count + step"]);
    await page.locator("#code .line", { hasText: "return $1;" }).first().hover();
    expect(await linkedIn("lua")).toEqual(["  return count"]);
    await page.hover("header");
    expect(await linkedIn("lua")).toEqual([]);
  });

  test("a click shows the other side, each line of a statement its own", async () => {
    await open("m.lua");
    await page.locator("#code .line", { hasText: "function M_twice" }).scrollIntoViewIfNeeded();
    const last = page.locator(`#code .line[data-line="${String(TWICE + 2)}"]`).first();
    await last.scrollIntoViewIfNeeded();
    expect(await isInView(`#lua-${String(TWICE + 2)}`)).toBe(false);
    await last.click();
    expect(await isInView(`#lua-${String(TWICE + 2)}`)).toBe(true);
    expect(await linkedIn("lua")).toEqual(["    M.up(value)"]);
  });

  test("by keys alone", async () => {
    await open("m.lua");
    await page.focus("#lua");
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press("ArrowDown");
    expect(await page.getAttribute("#lua", "aria-activedescendant")).toBe("lua-5");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate("document.activeElement.id")).toBe("code");
    expect(await page.locator("#code .current .text").textContent()).toContain("$1 = count.v;");
    await page.keyboard.press("End");
    expect(await page.locator("#code .current .text").textContent()).toBe("return $make0();");
    await page.focus("#code-tab");
    await page.keyboard.press("ArrowRight");
    expect(await page.isVisible("#resume")).toBe(true);
    expect(await page.isVisible("#code")).toBe(false);
    expect(await page.locator("#resume").textContent()).toContain("$resumeCode($script, 1, ");
  });

  test("the resume part is linked as well", async () => {
    await open("m.lua");
    await page.click("#resume-tab");
    await page.click(`#lua-${String(TWICE + 2)}`);
    expect((await linkedIn("resume")).join("\n")).toContain("=== null");
    expect(await isInView("#resume .linked")).toBe(true);
  });

  test("the outline leads to functions, and tells what is known of them", async () => {
    await open("m.lua");
    await page.getByRole("button", { name: "M.twice" }).click();
    expect(await isInView(`#lua-${String(TWICE)}`)).toBe(true);
    expect(await page.locator("#code .current .text").textContent()).toContain("function M_twice(");
    await page.getByRole("button", { name: "main chunk" }).click();
    expect(await page.locator("#facts-0").textContent()).toMatch(
      /count: assigned to at 5; captured by M\.up/,
    );
    expect(await page.isVisible("#facts-2")).toBe(false);
  });

  test("a function that was asked for is shown at once", async () => {
    await open("m.lua:M.twice");
    expect(await isInView(`#lua-${String(TWICE)}`)).toBe(true);
    expect(await page.isVisible("#facts-2")).toBe(true);
  });

  test("what lives in a box, and what may wait, is marked", async () => {
    await open("m.lua");
    expect(await page.locator("#lua .boxed").allTextContents()).toEqual(Array(4).fill("count"));
    expect(new Set(await page.locator("#code .boxed").allTextContents())).toEqual(
      new Set(["count"]),
    );
    // The addition waits if a metamethod does, the calls may by themselves.
    expect(await page.locator("#lua-5 .wait.maybe").count()).toBe(1);
    expect(await page.locator(`#lua-${String(TWICE + 2)} .wait:not(.maybe)`).count()).toBe(1);
    expect(await page.locator("#lua-1 .wait").count()).toBe(0);
  });

  test("light or dark, as the browser is", async () => {
    await open("m.lua");
    const background = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await background()).not.toBe(light);
  });

  test("a hostile source is shown, and does nothing", async () => {
    const hostile = [
      `local s = "</script><script>document.title = 'taken'</script><img src=x onerror=alert(1)>"`,
      "-- \0 \u001b[31m \u202e right to left, <!-- <style>* { display: none }</style>",
      "local t = [[",
      "</div></body></html>",
      "]] return s, t",
    ].join("\r\n");
    writeFileSync(
      join(cli.cwd, "evil.lua"),
      Buffer.concat([Buffer.from(hostile), Buffer.from([10, 45, 45, 255, 254])]),
    );
    await open("evil.lua");
    expect(await page.title()).toBe("evil.lua: Lua and JavaScript");
    const lines = await page.locator("#lua .text").allTextContents();
    expect(lines).toEqual([
      hostile.split("\r\n")[0],
      "-- ␀ ␛[31m \\u{202e} right to left, <!-- <style>* { display: none }</style>",
      "local t = [[",
      "</div></body></html>",
      "]] return s, t",
      "--\ufffd\ufffd",
    ]);
    expect(await page.locator("#lua img, #code img, script").count()).toBe(1);
    expect(await page.isVisible("#lua-2")).toBe(true);
  });

  test("with --opt the lines carry V8's verdicts", async () => {
    const call = "for i = 1, 20 do M.twice(i) end";
    await open("m.lua", "--opt", "--call", call, "--iterations", "3000", "--seconds", "30");
    expect(await page.locator(`#lua-${String(TWICE)} .note`).textContent()).toMatch(
      /^optimized by (?:Maglev|TurboFan)\b/,
    );
    expect(await page.locator(`#lua-${String(TWICE + 2)} .note.good`).textContent()).toBe(
      "inlined: M.up",
    );
    expect(await page.locator("header").textContent()).toContain("3000 calls in");
    await page.getByRole("button", { name: "M.up" }).click();
    expect(await page.locator("#facts-1").textContent()).toContain("inlined into M.twice at line ");
  });
});
