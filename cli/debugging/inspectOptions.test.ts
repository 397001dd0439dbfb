import { UserError } from "../errors.ts";
import { parseInspectAddress } from "./inspectOptions.ts";

test.each([
  ["", "127.0.0.1", 9229],
  ["0", "127.0.0.1", 0],
  ["9300", "127.0.0.1", 9300],
  ["0.0.0.0", "0.0.0.0", 9229],
  ["localhost:1", "localhost", 1],
  ["[::1]:65535", "::1", 65535],
  ["[::1]", "::1", 9229],
])("'%s' is %s, port %d", (text, host, port) => {
  expect(parseInspectAddress(text, "--inspect")).toEqual({ host, port });
});

test.each([":", "x:y", "65536", "::1", "a b:", "1:2:3"])("'%s' is no address", (text) => {
  const parse = () => parseInspectAddress(text, "--inspect-brk");
  expect(parse).toThrow(UserError);
  expect(parse).toThrow(`'${text}' is no address (option '--inspect-brk')`);
});
