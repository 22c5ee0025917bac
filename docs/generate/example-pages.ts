import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CHECKOUT, DOCS } from './folders.ts';

const EXAMPLES = join(CHECKOUT, 'examples');

/** Files that are the same in each project, or that programs write. */
const LEFT_OUT = /(^|\/)(node_modules|runs|__pycache__)\/|(^|\/)(README\.md|tsconfig\.json|\.gitignore)$|\.db(-\w+)?$/;

const LANGUAGES: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.py': 'python',
  '.c': 'c',
  '.json': 'json',
  '.yaml': 'yaml',
};

/** Writes `examples/`: a page for each example with the text of its README, and the files that it is made of. */
export async function writeExamplePages(): Promise<void> {
  const out = join(DOCS, 'examples');
  await rm(out, { recursive: true, force: true });
  await mkdir(out);
  for (const entry of await readdir(EXAMPLES, { withFileTypes: true })) {
    if (entry.isDirectory()) await writeFile(join(out, `${entry.name}.md`), await page(entry.name));
  }
}

async function page(name: string): Promise<string> {
  const folder = join(EXAMPLES, name);
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !LEFT_OUT.test(path));
  const [first, ...others] = paths.sort(
    (one, other) => Number(isStudy(other)) - Number(isStudy(one)) || (one < other ? -1 : 1),
  );
  const parts = [first, ...others].filter((path) => path !== undefined).map((path) => listing(folder, path));
  return `${readme}\n## Its files\n\nThe folder is \`examples/${name}\`.\n${(await Promise.all(parts)).join('')}`;
}

const isStudy = (path: string) => /(^|\/)(study|ranking)\.ts$/.test(path);

async function listing(folder: string, path: string): Promise<string> {
  const text = await readFile(join(folder, path), 'utf8');
  return `\n### ${path}\n\n\`\`\`\`${LANGUAGES[extname(path)] ?? ''}\n${text.trimEnd()}\n\`\`\`\`\n`;
}
