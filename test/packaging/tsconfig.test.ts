import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHpo, temporaryProject, writeFiles } from '../support/run-hpo.ts';

// A study is compiled by the tsconfig.json nearest to its file, wherever it is run: in a workspace, from its root.

/**
 * Logs the way it was compiled, as JSON: TypeScript's own decorators receive a name, those of the standard a context.
 */
const STUDY = `import { defineStudy, float, space } from 'hpo';
import { alias } from '~/alias';
import { cube } from '@core/cube';
import { based } from 'based';

const keys = new Set<string>();
function field(_target: unknown, key: unknown) { keys.add(typeof key); }
class Base { set rate(_: number) { keys.add('assigned'); } }
class Config extends Base { @field rate = 0; }
const compiled = () => [alias, cube(2), based, (new Config(), [...keys])];
export default defineStudy({
  name: 'compiled', trials: 1, space: space({ x: float(0, 1) }),
  objective({ params, log }) {
    log(JSON.stringify([...compiled(), process.env.TSX_TSCONFIG_PATH ?? null]));
    return params.x;
  },
  retrain: { run: ({ log }) => log(JSON.stringify([...compiled(), process.env.TSX_TSCONFIG_PATH ?? null])) },
});
`;
const COMPILED = JSON.stringify(['alias', 8, 'based', ['string', 'assigned'], null]);

let root: string;

beforeAll(() => {
  root = temporaryProject({
    'tsconfig.base.json': `{
      "compilerOptions": { "target": "es2022", "experimentalDecorators": true, // which is not the standard's
        "paths": { "@core/*": ["./packages/core/src/*"], "~/*": ["./nowhere/*"] } } }`,
    'packages/core/package.json': '{ "name": "core", "type": "module" }',
    'packages/core/src/cube.ts': 'export const cube = (x: number) => x ** 3;',
    'packages/app/package.json': '{ "name": "app", "type": "module" }',
    'packages/app/tsconfig.json': `{ "extends": "../../tsconfig.base.json", "compilerOptions": {
      "baseUrl": "lib", "useDefineForClassFields": false,
      "paths": { "~/*": ["../src/*"], "@core/*": ["../../core/src/*"] } } }`,
    'packages/app/src/alias.ts': "export const alias = 'alias';",
    'packages/app/lib/based.ts': "export const based = 'based';",
    'packages/app/studies/study.ts': STUDY,
    'packages/user/package.json': '{ "name": "user", "type": "module" }',
    'packages/user/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
    'packages/user/study.ts': `import { cube } from '@core/cube';
      import { tripled } from 'app/lib/tripled';
      import { defineStudy, float, space } from 'hpo';
      export default defineStudy({ name: 'user', trials: 1, space: space({ x: float(0, 1) }),
        objective: ({ log }) => { log(String(tripled)); return cube(2); } });`,
    'packages/app/lib/tripled.ts': 'export const tripled: number = 9;',
  });
  symlinkSync(join(root, 'packages/app'), join(root, 'node_modules/app'), 'junction');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The lines that a study logged in a command of its own. */
async function logged(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, code } = await runHpo([...args, '--json'], { cwd, env });
  expect(code, stdout + stderr).toBe(0);
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one thought
  return events.filter(({ type }) => type === 'log').map(({ text }) => text);
}

const RUN = ['--workers', '1', '--storage', 'compiled.db'];

describe('the tsconfig.json nearest to a study', () => {
  it('holds in trials and in retraining, whatever the working directory', async () => {
    const study = 'packages/app/studies/study.ts';
    expect(await logged(['run', study, ...RUN], root)).toEqual([COMPILED, COMPILED]);
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    expect(await logged(['run', join(root, study), ...RUN, '--no-retrain'], elsewhere)).toEqual([COMPILED]);
    expect(await logged(['retrain', join(root, study), '--storage', 'compiled.db'], elsewhere)).toEqual([COMPILED]);
  });

  it('holds for a study that imports from the sources of another package', async () => {
    expect(await logged(['run', 'packages/user/study.ts', ...RUN], root)).toEqual(['9']);
  });

  it('gives way to the one that TSX_TSCONFIG_PATH names', async () => {
    const path = join(root, 'packages/app/tsconfig.json');
    const env = { TSX_TSCONFIG_PATH: path };
    writeFiles(root, { 'packages/user/named.ts': STUDY.replaceAll("'compiled'", "'named'"), 'packages/user/x.ts': '' });
    const [line = ''] = await logged(['run', 'packages/user/named.ts', ...RUN, '--no-retrain'], root, env);
    expect(JSON.parse(line).slice(0, 3)).toEqual(['alias', 8, 'based']);
    expect(JSON.parse(line).at(-1)).toBe(path);
  });

  it.concurrent.for([
    ['is cut off', '{ "compilerOptions": { "target": "es2022",', '1:42: Expected string in JSON but found end of file'],
    ['lacks quotes', '{ compilerOptions: {} }', '1:2: Expected string in JSON but found "compilerOptions"'],
    [
      'extends a file that is not there',
      '{ "extends": "./base.json" }',
      '1:13: Cannot find base config file "./base.json"',
    ],
  ] as const)('is refused where it %s', async ([name, content, problem], { expect }) => {
    const folder = `broken-${name.replaceAll(' ', '-')}`;
    writeFiles(root, {
      [`${folder}/tsconfig.json`]: content,
      [`${folder}/study.ts`]: "import { defineStudy } from 'hpo';\nexport default defineStudy({});",
    });
    expect(await runHpo(['run', `${folder}/study.ts`], { cwd: root })).toEqual({
      code: 2,
      stdout: '',
      stderr: `hpo: ${folder}/tsconfig.json:${problem}; mend it, or name another file by TSX_TSCONFIG_PATH.\n`,
    });
  });
});
