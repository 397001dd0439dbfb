/** How large the server of a project is, beside one that Fastify alone would be. */
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { createTestCli } from "../../context.testkit.ts";
import { fastifyParts, UNUSED_PARTS } from "../fastifyParts.ts";
import { buildForNode } from "./node.testkit.ts";
import { piecesOf, sizeOfPieces } from "../../pieces.ts";

jest.setTimeout(60_000);

describe("its size", () => {
  async function sizeOf(source: string, plugins: readonly Plugin[] = []) {
    const { outputFiles, metafile } = await build({
      stdin: { contents: source, resolveDir: __dirname },
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "cjs",
      external: ["pg-native", "pg-cloudflare"],
      plugins: [...plugins],
    });
    return { bytes: outputFiles[0]?.contents.length ?? 0, inputs: partsOf(metafile) };
  }

  /** Files that something is left of. */
  function partsOf(metafile: Metafile | undefined): string[] {
    return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [path] : [],
      ),
    );
  }

  const FASTIFY = `
    import { fastify } from "fastify";
    const app = fastify();
    app.get("/hello", () => ({ data: "hello" }));
    void app.listen({ port: 3000 });`;

  const HELLO = {
    "app/gateway.lua": `return {{"GET", "/hello", "hello"}}`,
    "app/hello.lua": `return function() return "hello" end`,
  };

  async function buildHello(files: Readonly<Record<string, string>>) {
    const project = createTestCli();
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    try {
      const built = await buildForNode(project.cwd, join(project.cwd, "dist"));
      const bytes = built.files.reduce(
        (sum, { contents }) => sum + sizeOfPieces(piecesOf(contents)),
        0,
      );
      const metafile = built.files.find(({ path }) => path === "server.cjs")?.bundle?.metafile;
      return { bytes, inputs: partsOf(metafile) };
    } finally {
      project.dispose();
    }
  }

  test("of a hello world, all files together, is less than that of a bare Fastify", async () => {
    const bare = await sizeOf(FASTIFY);
    const hello = await buildHello(HELLO);
    expect(hello.bytes / bare.bytes).toBeLessThan(0.75);
    const unused =
      /node_modules\/(?:ajv|pino|semver|fast-json-stringify-compiler|yaml|pg|kafkajs|undici|croner|light-my-request|@fastify\/send)\/|stdlib\/(?:string\/index|string\/format\/.*|os|io\/index|math|debug|buffer\/index|bit|jit\/index|coroutine|table)\.ts|modules\/(?:ngx\/index|ngx\/re|http\/(?!provided|wire\/poolLimits)|db|resty|cjson)/;
    expect(hello.inputs.filter((path) => unused.test(path))).toEqual([]);
  });

  test("with topics is less than that of Fastify with pg", async () => {
    const bare = await sizeOf(`import pg from "pg"; export const pool = new pg.Pool();${FASTIFY}`);
    const hello = await buildHello({
      ...HELLO,
      "app/hello.lua": `local topics = require "topics"\nreturn function() return topics.append("a", {k = 1}) end`,
      "config/application.yml":
        "spacerVersion: 1\nappName: a\ntopics: [a]\nevents: {a: {APPEND: [hello]}}\n",
    });
    expect(hello.bytes / bare.bytes).toBeLessThan(0.95);
    expect(
      hello.inputs.filter((path) => /node_modules\/(?:kafkajs|undici|croner)\//.test(path)),
    ).toEqual([]);
  });

  test("lacks what Fastify asks for still, and our gateway does not run", async () => {
    const bare = await sizeOf(FASTIFY);
    const small = await sizeOf(FASTIFY, [fastifyParts(false)]);
    expect(small.bytes).toBeLessThan(0.5 * bare.bytes);
    const left = [...UNUSED_PARTS.keys()].filter(
      (name) => !small.inputs.includes(`spacer-unused:${name}`),
    );
    expect(left).toEqual([]);
  });
});
