import { curlFor, urlOf } from "./serving.ts";

test.each([
  ["127.0.0.1", "http://localhost:3000"],
  ["0.0.0.0", "http://localhost:3000"],
  ["::", "http://localhost:3000"],
  ["10.0.0.7", "http://10.0.0.7:3000"],
  ["fe80::1", "http://[fe80::1]:3000"],
])("a server on %s is reached at %s", (host, url) => {
  expect(urlOf(host, 3000)).toBe(url);
});

test.each([
  ["GET", "/hello", "curl http://x/hello"],
  ["ANY", "hello", "curl http://x/hello"],
  ["GET", "/teams/:id/:what", "curl http://x/teams/1/1"],
  ["GET", "/files/*rest", "curl http://x/files/1"],
  ["HEAD", "/", "curl -I http://x/"],
  ["GET", "/it's here", "curl http://x/it%27s%20here"],
  ["GET", "/a;b", "curl 'http://x/a;b'"],
  ["DELETE", "/a", "curl -X DELETE http://x/a -H 'content-type: application/json' -d '{}'"],
])("%s %s is tried by: %s", (method, path, command) => {
  expect(curlFor({ method, path, functionName: "f" }, "http://x")).toBe(command);
});
