/** What a curl line of the guide does, without curl: -X, -H, -d, -i, and -w for what is no body. */

/** @param urlOf Where what the guide says of a port can be reached. */
export async function performCurl(
  command: string,
  urlOf: (port: string) => Promise<string>,
): Promise<string> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const valuesOf = (option: string) => words.filter((_, index) => words[index - 1] === option);
  const [, port = "", path = ""] = /\blocalhost:(\d+)([^\s']*)/.exec(command) ?? [];
  const [body] = valuesOf("-d");
  const headers = new Headers();
  if (body !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  for (const header of valuesOf("-H")) {
    const [, name = "", value = ""] = /^([^:]*): *(.*)$/.exec(header) ?? [];
    headers.set(name, value);
  }
  const response = await fetch((await urlOf(port)) + path, {
    method: valuesOf("-X")[0] ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
  });
  const text = await response.text();
  const [shown] = valuesOf("-w");
  if (shown === undefined) return text.trimEnd();
  return shown
    .replace("%{http_code}", String(response.status))
    .replace("%{content_type}", response.headers.get("content-type") ?? "");
}
