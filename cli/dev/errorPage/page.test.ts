import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ErrorReport } from "../../../runtime/gateway/index.ts";
import { GATEWAY_PROBLEM } from "../gatewayProblem.ts";
import { projectFiles } from "../projectFiles.ts";
import { renderErrorPage } from "./index.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "spacer page "));
  mkdirSync(join(root, "app"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

const REPORT: ErrorReport = {
  status: 500,
  json: '{"error":"no"}\n',
  functionName: "hello",
  failure: undefined,
  request: { method: "GET", target: "/hello", headers: [], args: "{}", body: "" },
  traceId: "the-trace",
  startedMs: 1234.5,
};

const ROUTES = [
  { method: "GET", path: "/hello", functionName: "hello" },
  { method: "POST", path: "/orders", functionName: "orders" },
  { method: "GET", path: "/orders/:id", functionName: "order" },
];

function render(report: Partial<ErrorReport>): string {
  const options = { files: projectFiles(root), routes: ROUTES, serverId: "run" };
  return renderErrorPage({ ...REPORT, ...report }, options);
}

/** What a reader sees of it, on one line. */
function textOf(page: string): string {
  return page
    .replace(/<head>.*<\/head>|<script.*<\/script>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, " ");
}

test("shows message, hint, code, traceback, request and trace", () => {
  write("app/hello.lua", "local t\nreturn function(args)\n  return args.a.b -- here\nend\n");
  const page = render({
    failure: {
      text: "app/hello.lua:3: attempt to index field 'a' (a nil value)",
      file: "app/hello.lua",
      line: 3,
      traceback: "stack traceback:\n\tapp/hello.lua:3: in function <app/hello.lua:2>",
    },
    request: { ...REPORT.request, args: '{"id":"7"}', target: "/hello?id=7" },
  });
  const text = textOf(page);
  expect(text).toContain(
    "500 GET /hello?id=7 hello attempt to index field 'a' (a nil value) Hint the table has no 'a'",
  );
  expect(text).toContain(
    "app/hello.lua:3 in function <app/hello.lua:2>".replace(/[<>]/g, (c) =>
      c === "<" ? "&lt;" : "&gt;",
    ),
  );
  expect(text).toContain('args { "id": "7" }');
  expect(text).toContain("trace the-trace");
  expect(page).toMatch(/<div class="line marked">\s*<span class="number">3<\/span/);
  expect(page).toContain('<i class="comment">-- here</i>');
  expect(page).toContain(`vscode://file${root.replaceAll(" ", "%20")}/app/hello.lua:3"`);
  expect(page).toContain(`data-copy="${root}/app/hello.lua:3"`);
  expect(page).toMatch(/data-server="run"\s+data-started="1234.5"\s+data-method="GET"/);
});

test("underlines what is wrong in a syntax error, tabs and other alphabets before it", () => {
  write("app/hello.lua", '\tlocal s = "\u00e4" x y\n');
  const message =
    "error loading module 'hello' from file 'app/hello.lua':\n\tapp/hello.lua:1: '=' expected near 'y'";
  const page = render({ failure: { text: message, file: "app/hello.lua", line: 1 } });
  expect(page).toMatch(/ x <u>y<\/u>/);
  expect(textOf(page)).toMatch(/hello '=' expected near 'y' Hint /);
});

test("an error in a function called by flow.call is shown where it was raised", () => {
  write("app/hello.lua", "one\ntwo\n");
  const inner = JSON.stringify({
    error: "app/hello.lua:2: attempt to call global 'f' (a nil value)",
  });
  const text = JSON.stringify({ error: `${inner}\n` });
  const page = render({ failure: { text, file: "app/flow.lua", line: 1 } });
  expect(textOf(page)).toContain(
    "attempt to call global 'f' (a nil value) Hint there is no function 'f'",
  );
  expect(page).toMatch(/marked">\s*<span class="number">2</);
});

test("hostile text is text, wherever it comes from", () => {
  const evil = `</script></title><script>alert(1)</script><img src=x onerror="alert(1)">'"\``;
  write("app/hello.lua", `local s = [[${evil}]]\n-- ${evil}\n`);
  const page = render({
    functionName: evil,
    failure: {
      text: `app/hello.lua:1: ${evil}`,
      file: "app/hello.lua",
      line: 1,
      traceback: `stack traceback:\n\tapp/hello.lua:1: in function '${evil}'\n\t${evil}:1: in ${evil}`,
    },
    request: {
      method: "GET",
      target: `/${evil}`,
      headers: [[evil, evil]],
      args: JSON.stringify({ [evil]: evil }),
      body: evil,
    },
    traceId: evil,
  });
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<\/script/g)).toHaveLength(1);
  expect(page).not.toContain("<img");
  expect(page).not.toMatch(/\sonerror="/);
  expect(page).toContain("&lt;/script&gt;&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
});

test("no script of others runs, and nothing is loaded", () => {
  const page = render({});
  const [, policy = ""] = /Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toMatch(/^default-src &#39;none&#39;;/);
  const [, nonce] = /<script nonce="([^"]+)"/.exec(page) ?? [];
  expect(policy).toContain(`script-src &#39;nonce-${String(nonce)}&#39;`);
  expect(render({})).not.toContain(String(nonce));
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});

test("secrets in headers are hidden, long values cut", () => {
  const page = render({
    request: {
      ...REPORT.request,
      headers: [
        ["authorization", "Bearer s3cret"],
        ["cookie", "session=s3cret"],
        ["x-api-key", "s3cret"],
        ["x-csrf-token", "s3cret"],
        ["user-agent", "a browser"],
      ],
      body: "x".repeat(20_000),
    },
  });
  expect(page).not.toContain("s3cret");
  expect(textOf(page)).toContain("5 headers authorization hidden cookie hidden");
  expect(textOf(page)).toContain("user-agent a browser");
  expect(page).toContain("x… (10000 more characters)");
  expect(page).not.toContain("x".repeat(10_001));
});

test("a file outside of the project is not shown", () => {
  writeFileSync(join(root, "..", "spacer-outside.lua"), "local secret = 1\n");
  try {
    for (const file of [
      "../spacer-outside.lua",
      join(root, "..", "spacer-outside.lua"),
      "/etc/passwd",
    ]) {
      const text = `${file}:1: no`;
      const traceback = `stack traceback:\n\t${file}:1: in main chunk`;
      expect(render({ failure: { text, file, line: 1, traceback } })).not.toMatch(/secret|root:/);
    }
  } finally {
    rmSync(join(root, "..", "spacer-outside.lua"));
  }
});

describe("404", () => {
  const missing = { status: 404, json: '{"error":"not found"}\n', functionName: undefined };
  const at = (method: string, target: string) =>
    textOf(render({ ...missing, request: { ...REPORT.request, method, target, args: undefined } }));

  test("lists the routes, and what may have been meant", () => {
    const text = at("GET", "/helo?x=1");
    expect(text).toContain("No route for GET /helo Hint did you mean /hello?");
    expect(text).toContain("GET /hello hello POST /orders orders GET /orders/:id order");
    expect(at("GET", "/orders")).toContain("Hint /orders answers POST, not GET");
    expect(at("PUT", "/completely/else")).toContain('{"PUT", "/completely/else", "function name"}');
  });

  test("says where a missing function was looked for, and who names it", () => {
    write("app/gateway.lua", 'return {\n  {"GET", "/x", "helo"},\n}\n');
    write("app/hello.lua", "return function() end");
    const failure = {
      text: "module 'helo' not found:\n\tno field package.preload['helo']\n\tno file 'app/helo.lua'\n\tno file 'lib/helo.lua'",
    };
    const page = render({ status: 404, functionName: "helo", failure });
    expect(textOf(page)).toContain(
      "There is no function 'helo' It was looked for in app/helo.lua and lib/helo.lua. Hint did you mean 'hello'? app/gateway.lua:2",
    );
    expect(page).toMatch(/marked">\s*<span class="number">2</);
  });
});

test("a gateway file that never worked is shown, not the function that stands for it", () => {
  write("app/gateway.lua", "return {\n  {'GET' '/x', 'x'},\n}\n");
  const failure = { text: "app/gateway.lua:2: '}' expected (to close '{' at line 2) near ''/x''" };
  const text = textOf(render({ functionName: GATEWAY_PROBLEM, failure }));
  expect(text).toContain("500 GET /hello '}' expected");
  expect(text).toContain("every path answers with this error");
  expect(text).toContain("app/gateway.lua:2");
  expect(text).not.toContain(GATEWAY_PROBLEM);
});

test("a row of the gateway file that is wrong is marked", () => {
  write("app/gateway.lua", "local R = {\n  {'GET', '/x', 'x'},\n  {'GET', '/y'},\n}\nreturn R\n");
  const failure = { text: "app/gateway.lua: row 2 has no function name (value 3 is missing)" };
  const page = render({ functionName: GATEWAY_PROBLEM, failure });
  expect(page).toMatch(/marked">\s*<span class="number">3</);
});

test("what a function refuses is said to be so", () => {
  const refused = { status: 400, json: '{"error":{"code":7}}\n' };
  expect(textOf(render(refused))).toContain(
    "{ \"code\": 7 } The function 'hello' returned this as its second value",
  );
});
