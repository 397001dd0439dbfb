import { run } from "./ngx/program.testkit.ts";

test("require says what to use in place of what is not offered", () => {
  const lines = run(`
    for _, name in ipairs { "resty.requests", "resty.websocket.server", "ffi", "resty.requestsx" } do
      local message = select(2, pcall(require, name))
      print((message:gsub("\\n.*\\n\\t", " ")))
    end
    package.preload["resty.redis"] = function() return "mine" end
    print(require "resty.redis")
  `);
  expect(lines.map((line) => line.replace(/ no (file|field) .*/, " nothing"))).toEqual([
    "module 'resty.requests' not found: spacer does not offer 'resty.requests': use the module 'http'",
    "module 'resty.websocket.server' not found: spacer does not offer 'resty.websocket.server': replies are HTTP: stream with 'ngx.print' and 'ngx.flush'",
    "module 'ffi' not found: spacer does not offer 'ffi': functions of C can't be called; what spacer has itself is in the modules reference",
    "module 'resty.requestsx' not found: nothing",
    "mine",
  ]);
});

test("functions of ngx that are not offered say so when they are called", () => {
  expect(
    run(`
      local tcp = ngx.socket.tcp
      print(select(2, pcall(function() local socket = tcp() return socket end)))
      print(select(2, pcall(function() local result = ngx.exec("/a") return result end)))
    `),
  ).toEqual([
    "program:3: spacer does not offer 'ngx.socket.tcp': use the module 'http' or 'db'",
    "program:4: spacer does not offer 'ngx.exec': use 'flow.call', or 'ngx.location.capture'",
  ]);
});
