import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT, DOCS } from './folders.ts';

/** The texts of the repository that are pages of the site, too. */
const PAGES = {
  'measurements.md': { file: 'bench/README.md', title: 'Measurements' },
  'changelog.md': { file: 'CHANGELOG.md', title: 'Changes' },
  'tests.md': { file: 'test/README.md', title: 'Where a test stands' },
} as const;

/** Writes a page for each text; the links in it, which lead to other files of the repository, become their names. */
export async function writeRepositoryPages(): Promise<void> {
  for (const [page, { file, title }] of Object.entries(PAGES)) {
    const text = await readFile(join(CHECKOUT, file), 'utf8');
    const body = text.replace(/^# .*\n/, '').replaceAll(/\[([^\]]+)\]\((?!https?:|#)[^)]*\)/g, '`$1`');
    await writeFile(join(DOCS, page), `---\ntitle: ${title}\n---\n\n# ${title}\n\nThe text of \`${file}\`.\n${body}`);
  }
}
