import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The declarations of types in a folder that no entry leads to: those of modules that only programs use.
 *
 * @param entries modules below the folder, without their ending.
 * @returns paths of files.
 */
export async function unreachableDeclarations(folder: string, entries: readonly string[]): Promise<readonly string[]> {
  const reached = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = await readFile(file, 'utf8');
    const specifiers = text.matchAll(/(?:from|import\(|import) ?['"](\.[^'"]+)['"]/g);
    await Promise.all(
      [...specifiers].map(([, path = '']) => visit(join(file, '..', path.replace(/\.[jt]s$/, '.d.ts')))),
    );
  };
  await Promise.all(entries.map((entry) => visit(join(folder, `${entry}.d.ts`))));
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => join(folder, name))
    .filter((file) => !reached.has(file));
}
