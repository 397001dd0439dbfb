/**
 * `npm run pictures`: the pictures in docs/pictures, taken of the pages that the built program makes. Asks for Chromium on the PATH.
 * They differ a little from run to run, since they show what was measured.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { startBrowser } from "../../cli/chromium.testkit.ts";
import { root } from "./package.ts";

const PROGRAM = ["--stack-size=3900", join(root, "dist/cli/index.js")];
const PICTURES = join(root, "docs/pictures");

/** A shop whose checkout calls other functions, some of them at the same time. */
const PROJECT: Readonly<Record<string, string>> = {
  "app/gateway.lua": `return {
    {"POST", "/checkout", "checkout"},
}`,
  "app/checkout.lua": `local flow = require "flow"

return function(args)
    local customer = flow.call("customers/find", {id = args.customer})
    local price, stock = flow.all {
        {"prices/total", args},
        {"stock/reserve", args},
    }
    flow.call("payments/charge", {customer = customer.id, amount = price.total})
    return {order = stock.order, total = price.total}
end`,
  "app/customers/find.lua": "return function(args) ngx.sleep(0.006) return {id = args.id} end",
  "app/prices/total.lua": `local flow = require "flow"

return function(args)
    local net = flow.call("prices/net", args)
    local tax = flow.call("prices/tax", {net = net.sum})
    return {total = net.sum + tax.sum}
end`,
  "app/prices/net.lua": "return function() ngx.sleep(0.009) return {sum = 30} end",
  "app/prices/tax.lua": "return function(args) ngx.sleep(0.005) return {sum = args.net / 5} end",
  "app/stock/reserve.lua": `local flow = require "flow"

return function(args)
    flow.call("stock/look", args)
    ngx.sleep(0.004)
    return {order = 17}
end`,
  "app/stock/look.lua": "return function() ngx.sleep(0.007) end",
  "app/payments/charge.lua": `local flow = require "flow"

return function(args)
    flow.call("payments/bank", args)
    ngx.sleep(0.002)
end`,
  "app/payments/bank.lua": "return function() ngx.sleep(0.018) end",
  "lib/prices.lua": `local M = {}

local lookups = 0

local function withTax(net, rate)
  return net + net * rate
end

function M.total(items, rate)
  lookups = lookups + 1
  local sum = 0
  for _, item in ipairs(items) do
    sum = sum + withTax(item.net, rate)
  end
  return sum
end

return M
`,
};

const folder = mkdtempSync(join(tmpdir(), "spacer-pictures-"));
try {
  for (const [path, text] of Object.entries(PROJECT)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  await sendOrders(48);
  forgetFirst(8);
  run("analyze", ".", "checkout", "-o", "flame.html");
  const call = "M.total({{net = 3}, {net = 4.5}}, 0.2)";
  run("inspect", "lib/prices.lua", "--html", "-o", "inspector.html", "--opt", "--call", call);
  mkdirSync(PICTURES, { recursive: true });
  await takePictures();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @throws Error with what the program said */
function run(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`spacer ${words.join(" ")}\n${stdout}${stderr}`);
}

/** Fills the access log. */
async function sendOrders(count: number): Promise<void> {
  const server = spawn(process.execPath, [...PROGRAM, "start", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    server.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const [, found] = /serving \S+ on (http:\S+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.once("close", () => {
      reject(new Error(`the server ended: ${text}`));
    });
  });
  try {
    for (let order = 0; order < count; order++) {
      const response = await fetch(`${url}/checkout`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"customer": "ada"}',
      });
      if (!response.ok) throw new Error(await response.text());
    }
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** Drops the calls of functions that were still being loaded and compiled. */
function forgetFirst(orders: number): void {
  const log = join(folder, "logs/access.log");
  const lines = readFileSync(log, "utf8").split("\n");
  const ends = lines.flatMap((line, index) =>
    line.includes("POST /checkout ") ? [index + 1] : [],
  );
  writeFileSync(log, lines.slice(ends[orders - 1]).join("\n"));
}

async function takePictures(): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ colorScheme: "light", deviceScaleFactor: 1 });
    await show(page, "flame.html", { width: 1150, height: 345 });
    await page.screenshot({ path: join(PICTURES, "flame-graph.png") });
    await show(page, "inspector.html", { width: 1240, height: 560 });
    // Both sides of the line that calls, in view.
    await page.locator("#lua").getByText("sum + withTax").first().click();
    await page.screenshot({ path: join(PICTURES, "inspector.png") });
  } finally {
    await browser.close();
  }
}

async function show(
  page: Page,
  name: string,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await page.goto(pathToFileURL(join(folder, name)).href);
}
