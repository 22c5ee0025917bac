// Writes results again and again, for a test of what a power loss leaves of them. Its argument is a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../src/base/replace-file.ts';
import { PartialFolder } from '../../src/runner/coordinator/partial-folder.ts';

const [, , folder = ''] = process.argv;
for (const text of ['first', 'second']) {
  replaceFile(join(folder, 'best.json'), text);
  const partial = new PartialFolder(join(folder, 'retrain'));
  mkdirSync(join(partial.path, 'model'));
  for (const name of ['metrics.json', 'model/weights.bin']) writeFileSync(join(partial.path, name), text);
  await partial.finish();
}
