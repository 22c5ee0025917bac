/** A package as npm packs it. */
export interface Packed {
  /** The archive's name. */
  readonly filename: string;
  /** The size of the archive, in bytes. */
  readonly size: number;
  /** The size of its files, in bytes. */
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** The most that the archive and its files may take, in bytes: a tenth more than they did when this was set. */
const MOST = { size: 2.1e6, unpackedSize: 6.3e6 } as const;

/** The files that the package is made of. */
const EXPECTED = [
  /^bin\/[\w-]+\.js$/,
  /^dist\/.+(?<!\.test|\.test-d)\.(?:d\.c?ts|c?js)$/,
  /^dist\/report\/[\w-]+\.ttf$/,
  /^dist\/third-party-licences\.txt$/,
  /^(?:package\.json|README\.md|LICENSE)$/,
];

/** The files that no program and no licence can do without. */
const NEEDED = ['bin/hpo.js', 'dist/index.js', 'dist/index.d.ts', 'package.json', 'README.md', 'LICENSE'];

/** The reasons why a package is not what it should be: files that do not belong to it or are missing, and its size. */
export function packProblems({ files, ...sizes }: Packed): readonly string[] {
  const paths = files.map(({ path }) => path);
  return [
    ...paths.filter((path) => !EXPECTED.some((form) => form.test(path))).map((path) => `${path} does not belong to it`),
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...(['size', 'unpackedSize'] as const)
      .filter((name) => sizes[name] > MOST[name])
      .map((name) => `its ${name} is ${sizes[name]} bytes, of at most ${MOST[name]}`),
  ];
}
