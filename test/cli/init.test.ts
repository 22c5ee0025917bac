import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT, temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const warm = new WarmHpo();

/** Compiles a study against hpo's sources as they are. @throws where it has mistakes */
function compile(study: string): void {
  const cwd = temporaryProject({ 'my study.ts': study }, CHECKOUT);
  const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--exactOptionalPropertyTypes'];
  const types = ['--typeRoots', join(CHECKOUT, 'node_modules/@types'), '--types', 'node'];
  // The sources lead to types of packages that are a part of the build, where the package's own declarations do not.
  const conditions = ['--customConditions', 'hpo-source', '--allowImportingTsExtensions', '--skipLibCheck'];
  execFileSync(process.execPath, [tsc, ...flags, ...types, ...conditions, 'my study.ts'], { cwd, stdio: 'pipe' });
  rmSync(cwd, { recursive: true });
}

it('hpo init writes a study that compiles and runs as it is, and overwrites nothing', async ({ onTestFinished }) => {
  const cwd = temporaryProject();
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const hpo = (...args: string[]) => warm.run(args, { cwd, env: { npm_command: '' } }); // npx would be told of

  expect(await hpo('init', 'studies/my study.ts')).toEqual({
    code: 0,
    stdout: "wrote studies/my study.ts\nrun it:   hpo run 'studies/my study.ts'\n",
    stderr: '',
  });
  expect(await hpo('init', 'study.mjs')).toMatchObject({ code: 0 });
  const written = readFileSync(join(cwd, 'study.mjs'), 'utf8');
  expect(await hpo('init', 'study.mjs')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'hpo: study.mjs is there already; name another file, or give --force.\n',
  });
  expect((await hpo('init', 'notes.txt')).stderr).toBe(
    'hpo: notes.txt does not end in .ts, .mts, .js or .mjs; name it notes.ts.\n',
  );
  expect(await hpo('init', 'study.mjs', '--force')).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, 'study.mjs'), 'utf8')).toBe(written);

  compile(readFileSync(join(cwd, 'studies/my study.ts'), 'utf8'));

  for (const [file, name] of [
    ['studies/my study.ts', 'my study'],
    ['study.mjs', 'study'],
  ] as const) {
    const run = await hpo('run', file, '--trials', '6', '--workers', '1');
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    const best = JSON.parse(readFileSync(join(cwd, 'runs', name, 'best.json'), 'utf8'));
    expect(best).toMatchObject({ study: name, settings: { epochs: 10 } });
  }
});

it('hpo init --template writes a study of each kind, with parameters of its own, and none of its files over another', async ({
  onTestFinished,
}) => {
  const cwd = temporaryProject({ 'taken.py': '' });
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const hpo = (...args: string[]) => warm.run(args, { cwd, env: { npm_command: '' } });

  const params = ['--params', 'rate=1e-3..1:log depth=2..9 booster=gbtree,dart'];
  expect(await hpo('init', 'tuning/trees.ts', '--template', 'program', ...params)).toEqual({
    code: 0,
    stdout: 'wrote tuning/trees.ts and tuning/trees.py\nrun it:   hpo run tuning/trees.ts\n',
    stderr: '',
  });
  expect(readFileSync(join(cwd, 'tuning/trees.ts'), 'utf8')).toContain("'python3', 'tuning/trees.py'");
  expect(await hpo('init', 'taken.ts', '--template', 'program')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'hpo: taken.py is there already; name another file, or give --force.\n',
  });
  expect(await hpo('init', 'images.ts', '--template', 'tfjs', ...params)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^hpo: The classifier takes learningRate, dropout, batchSize; .*\n$/),
  });
  expect(await hpo('init', 'images.ts', '--params', 'x=')).toMatchObject({
    code: 2,
    stderr: 'hpo: x=: it needs a range, such as 0.1..1, or two choices and more, such as relu,tanh.\n',
  });
  expect(readdirSync(cwd).sort()).toEqual(['node_modules', 'package.json', 'taken.py', 'tuning']);
});
