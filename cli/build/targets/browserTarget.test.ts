/** Modules of single functions in pages of Chromium, under a policy that lets no text become code. */
import { createServer, type Server } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, startBrowser } from "../../chromium.testkit.ts";
import { browserTarget } from "./browserTarget.ts";
import { build, findingsOf, importsOf, removeBuilt } from "./built.testkit.ts";
import { piecesOf, textOfPieces } from "../../pieces.ts";

jest.setTimeout(90_000);

const FILES = {
  "config/application.yml": "spacerVersion: 1\nappName: built\nenvVar: [MODE]\n",
  "app/gateway.lua": `return {
    {"GET", "/price", "price"}, {"GET", "/fails", "fails"}, {"GET", "/waits", "waits"}, {"GET", "/all", "all"},
  }`,
  "app/price.lua": `local round = require "round"
return function(args)
  if #(args.items or {}) == 0 then return nil, "nothing to pay" end
  local sum = 0
  for _, item in ipairs(args.items) do sum = sum + item.price * (item.count or 1) end
  return {sum = round(sum), text = ("%.2f \u20ac"):format(sum), mode = os.getenv("MODE")}
end`,
  "lib/round.lua": `return function(x) return math.floor(x * 100 + 0.5) / 100 end`,
  "app/fails.lua": `local function fail(t)
  return t.x.y
end
return function(args)
  return fail(args)
end`,
  "app/waits.lua": `return function()
  local step = coroutine.wrap(function() for i = 1, 3 do ngx.sleep(0.01) coroutine.yield(i) end end)
  return step() + step() + step()
end`,
  "app/all.lua": `local cjson = require "cjson"
local uuid = require "uuid"
return function(args)
  print("to the console")
  local ok, problem = pcall(load, "return 1")
  return {
    matched = ("key = value"):match("^(%w+)%s*=%s*(%w+)$"),
    replaced = ngx.re.gsub("a1b22", "[0-9]+", "#"),
    json = cjson.encode({1, "\\195\\169"}),
    base64 = ngx.encode_base64("\\0\\255"),
    isUuid = uuid.is_valid(uuid()),
    year = tonumber(os.date("!%Y", 0)),
    sorted = (function() local t = {3, 1, 2} table.sort(t) return table.concat(t, ",") end)(),
    overflows = not pcall(function() local function f() return 1 + f() end return f() end),
  }
end`,
};

/** What the page does. */
const MAIN = `
window.callFunction = async (name, args, context) => {
  const { handler } = await import("/" + name + ".mjs");
  try {
    return await handler(args, context);
  } catch ({ name, message, line, traceback }) {
    return { name, message, line, traceback };
  }
};`;
const PAGE = '<!doctype html><title>page</title><script type="module" src="/main.mjs"></script>';

afterAll(removeBuilt);

describeInBrowser("in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  const said: string[] = [];

  beforeAll(async () => {
    const { out } = await build(browserTarget, FILES, true);
    server = createServer((request, response) => {
      const path = request.url ?? "/";
      const isModule = path.endsWith(".mjs");
      response.setHeader("content-type", isModule ? "text/javascript" : "text/html");
      response.setHeader("content-security-policy", "default-src 'self'");
      if (path === "/main.mjs") response.end(MAIN);
      else response.end(isModule ? readFileSync(join(out, path)) : PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await startBrowser();
    page = await browser.newPage();
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(`pageerror: ${error.message}`));
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** Calls the function of a module; what it throws as data. */
  function call(name: string, args: unknown, context: unknown = {}): Promise<unknown> {
    const values = [name, args, context].map((value) => JSON.stringify(value)).join(", ");
    return page.evaluate(`window.callFunction(${values})`);
  }

  test("a function returns data", async () => {
    const items = [{ price: 1.5, count: 2 }, { price: 0.255 }];
    expect(await call("price", { items }, { env: { MODE: "test", OTHER: "x" } })).toEqual({
      status: 200,
      body: { data: { sum: 3.26, text: "3.25 \u20ac", mode: "test" } },
    });
    expect(await call("price", {})).toEqual({ status: 400, body: { error: "nothing to pay" } });
  });

  test("errors tell lines of Lua", async () => {
    expect(await call("fails", {})).toEqual({
      name: "FunctionError",
      message: "app/fails.lua:2: attempt to index field 'x' (a nil value)",
      line: 2,
      traceback: "stack traceback:\n\tapp/fails.lua:2: in function <app/fails.lua:1>",
    });
  });

  test("functions wait, in coroutines too", async () => {
    expect(await call("waits", {})).toEqual({ status: 200, body: { data: 6 } });
  });

  test("engines that tell nothing of the stack run it all the same", async () => {
    const other = await browser.newPage();
    await other.goto(page.url());
    await other.evaluate("delete Error.captureStackTrace");
    const failed = await other.evaluate(`window.callFunction("fails", {})`);
    expect(failed).toMatchObject({
      name: "FunctionError",
      message: "attempt to index a nil value",
    });
    await other.close();
  });

  test("libraries work, and the policy finds nothing to refuse", async () => {
    expect(await call("all", {})).toEqual({
      status: 200,
      body: {
        data: {
          matched: "key",
          replaced: "a#b#",
          json: '[1,"\u00e9"]',
          base64: "AP8=",
          isUuid: true,
          year: 1970,
          sorted: "1,2,3",
          overflows: true,
        },
      },
    });
    expect(said).toEqual(["log: to the console"]);
  });
});

describe("what is made", () => {
  test("modules without anything of Node, and no code of texts", async () => {
    const built = await build(browserTarget, FILES);
    expect(importsOf(built).imports).toEqual([]);
    for (const { path, contents } of built.files) {
      if (path.endsWith(".mjs")) {
        expect(textOfPieces(piecesOf(contents))).not.toMatch(
          /\bnew Function\(|\beval\(|\bimport\(|\brequire\(|\bnode:/,
        );
      }
    }
  });

  test("what pages can't have is refused, with its place", async () => {
    const files = {
      "app/gateway.lua": `return { {"GET", "/x", "x"} }`,
      "app/x.lua": `local jwt = require "resty.jwt"\nreturn function() return ngx.md5("x") end`,
    };
    const why =
      "there is no OpenSSL, and secret keys do not belong there (ask a server for it; ngx.crc32_short and ngx.encode_base64 are there)";
    expect(await findingsOf(browserTarget, files)).toEqual([
      `app/x.lua:1:21: error: the target 'browser' can't have 'resty.jwt': ${why}`,
      `app/x.lua:2:26: error: the target 'browser' can't have 'ngx.md5': ${why}`,
    ]);
  });
});
