/** The files that a release is made of, read. */
export interface ReleaseFiles {
  readonly manifest: { readonly version: string; readonly repository?: unknown };
  /** The lockfile's version; undefined where there is none. */
  readonly locked: string | undefined;
  readonly changelog: string;
  /** The tag that started the release; undefined where none did. */
  readonly tag: string | undefined;
}

/** The reason not to release a version: package.json, its lockfile, the changelog and the tag do not agree on it. */
export function versionProblem({ manifest, locked, changelog, tag }: ReleaseFiles): string | undefined {
  const { version, repository } = manifest;
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) return `${version} is no semantic version`;
  if (locked !== undefined && locked !== version) {
    return `package-lock.json is of ${locked}, not ${version}; run npm install`;
  }
  if (tag !== undefined && tag !== `v${version}`) return `the tag is ${tag}, and package.json has ${version}`;
  const [, name = 'none', date = 'none', text = ''] =
    /^## \[(\d[^\]]*)\] - (\S+)\n(.*?)(?=^## |(?![\s\S]))/ms.exec(changelog) ?? [];
  if (name !== version) return `the last version in CHANGELOG.md is ${name}, not ${version}`;
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return `CHANGELOG.md has no date for ${version}: '${date}'`;
  if (!/^- /m.test(text)) return `CHANGELOG.md says nothing about ${version}`;
  // npm compares it with the one that the statement of provenance speaks of.
  if (repository === undefined) return 'package.json names no repository, which a provenance needs';
  return undefined;
}
