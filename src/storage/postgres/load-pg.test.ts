import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refusal } from '../../../test/support/refusal.ts';
import { temporaryFolder } from '../../../test/support/run-hpo.ts';
import { find, loadPg } from './load-pg.ts';

/** A folder in which a version of `pg` is installed, and its resolver. */
function withPg(version?: string) {
  const folder = temporaryFolder({
    'node_modules/.modules.yaml': '',
    ...(version !== undefined && {
      'node_modules/pg/package.json': JSON.stringify({ name: 'pg', version, main: 'main.cjs' }),
      'node_modules/pg/main.cjs': `exports.version = '${version}'`,
    }),
  });
  return { folder, require: createRequire(join(folder, 'resolve.js')) };
}

it('loads the package from where hpo is installed', async () => {
  expect(loadPg()).toBe(loadPg('/'));
  expect(typeof loadPg().Pool).toBe('function');
});

it('takes the package of the working directory where hpo has none', () => {
  const [none, some] = [withPg(), withPg('8.40.2')];
  expect(find([none.require, some.require], some.folder)).toEqual({ version: '8.40.2' });
});

it('says in one line how to install the package', async () => {
  const said = [undefined, '8.22.9', '7.99.0', '9.0.0'].map(async (version) => {
    const { folder, require } = withPg(version);
    return (await refusal((async () => find([require], folder))())).replaceAll(folder, 'FOLDER');
  });
  expect(await Promise.all(said)).toMatchInlineSnapshot(`
    [
      "HPO_INSTALLATION PostgreSQL needs the package 'pg': it is not installed; run \`pnpm add pg@8\` in FOLDER.",
      "HPO_INSTALLATION PostgreSQL needs the package 'pg': version 8.22.9 is installed, and hpo needs 8.23 or a later one of 8; run \`pnpm add pg@8\` in FOLDER.",
      "HPO_INSTALLATION PostgreSQL needs the package 'pg': version 7.99.0 is installed, and hpo needs 8.23 or a later one of 8; run \`pnpm add pg@8\` in FOLDER.",
      "HPO_INSTALLATION PostgreSQL needs the package 'pg': version 9.0.0 is installed, and hpo needs 8.23 or a later one of 8; run \`pnpm add pg@8\` in FOLDER.",
    ]
  `);
});
