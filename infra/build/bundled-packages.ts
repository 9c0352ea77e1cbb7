import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package declares it. */
  readonly license: string;
  /** Text of its licence; null: it ships none. */
  readonly licenseText: string | null;
  /** SHA-512 of what the registry served, hexadecimal; null: the lock file does not tell. */
  readonly sha512: string | null;
}

/**
 * The packages that gave code to a bundle, sorted by name and version.
 *
 * @param inputs paths from the root, as esbuild's metafile has them
 */
export function bundledPackages(root: string, inputs: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(
    inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const lock = readLock(root);
  const packages = [...folders].map((folder) => readPackage(root, folder, lock));
  return packages.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

type Lock = Readonly<Record<string, { readonly integrity?: string }>>;

function readLock(root: string): Lock {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

function readPackage(root: string, folder: string, lock: Lock): BundledPackage {
  const path = join(root, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  if (typeof name !== "string" || typeof version !== "string" || typeof license !== "string") {
    throw new TypeError(`${folder}: expected a name, a version and a licence in package.json`);
  }
  const file = readdirSync(path).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  const licenseText =
    file === undefined ? null : readFileSync(join(path, file), "utf8").replaceAll("\r\n", "\n").trim();
  const integrity = lock[folder]?.integrity ?? "";
  const sha512 = integrity.startsWith("sha512-")
    ? Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")
    : null;
  return { name, version, license, licenseText, sha512 };
}

function keyOf({ name, version }: BundledPackage): string {
  return `${name}@${version}`;
}

/** The licences of everything that is bundled, packages with one text together. */
export function renderLicenses(packages: readonly BundledPackage[]): string {
  const groups = Map.groupBy(
    packages,
    ({ license, licenseText }) => licenseText ?? `Declared as ${license}.`,
  );
  return [...groups]
    .map(([text, members]) => `${members.map(keyOf).join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** A bill of materials, CycloneDX 1.6. Without a time or serial number: the same build says the same. */
export function renderSbom(
  app: { readonly name: string; readonly version: string; readonly license: string },
  packages: readonly BundledPackage[],
): string {
  const reference = ({ name, version }: { readonly name: string; readonly version: string }) =>
    `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = (type: "application" | "library", it: typeof app) => ({
    type,
    "bom-ref": reference(it),
    name: it.name,
    version: it.version,
    purl: reference(it),
    licenses: [{ expression: it.license }],
  });
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component("application", app) },
    components: packages.map((it) => ({
      ...component("library", it),
      ...(it.sha512 === null ? {} : { hashes: [{ alg: "SHA-512", content: it.sha512 }] }),
    })),
    dependencies: [{ ref: reference(app), dependsOn: packages.map(reference) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
