import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The parts of a package's package.json that a licence needs. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * The licences of the packages that have become a part of the build, as their terms ask for.
 *
 * @param root the folder that the files' paths start from.
 * @param files of the sources of the build; those outside `node_modules` are hpo's own.
 * @throws Error for a package that names no licence.
 */
export async function licencesOf(root: string, files: readonly string[]): Promise<string> {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const parts = await Promise.all([...folders].sort().map((folder) => licenceOf(join(root, folder))));
  return ['This build contains these packages.\n', ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (license === undefined) throw new Error(`${name} names no licence`);
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => /^(?:licen[cs]e|notice|copying)[^/\\]*(?:[/\\][^/\\]*)?$/i.test(file)) // echarts has a folder of them
    .sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version}, ${license}`, ...texts.map((text) => text.trim())].join('\n\n').concat('\n');
}
