import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packHpo } from '../support/packed-hpo.ts';
import { runProgram, temporaryFolder } from '../support/run-hpo.ts';

// An installed hpo on a later Node than the one that runs the tests; npm's registry has that Node as a package.

const STUDY = `import { defineStudy, float, space } from 'hpo';
export default defineStudy({ name: 'parabola', space: space({ x: float(-5, 5) }), trials: 20, objective: ({ params }) => params.x ** 2 });
`;
const OPENINGS = `import { loadStudy } from 'hpo';
for (let times = 0; times < 500; times++) {
  const study = await loadStudy({ name: 'parabola', storage: 'hpo.db' });
  await study.trials();
  await study.close();
}
console.log('opened');
`;

let cwd: string;
let env: Readonly<Record<string, string>> | undefined;

beforeAll(async () => {
  cwd = temporaryFolder({ 'package.json': '{ "type": "module" }', 'study.ts': STUDY, 'openings.mjs': OPENINGS });
  const packed = await runProgram('npm', ['pack', `node-${process.platform}-${process.arch}@24`], { cwd });
  if (packed.code !== 0) return;
  await runProgram('tar', ['-xzf', packed.stdout.trim()], { cwd });
  const node = join(cwd, 'package');
  env = { PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH}`, npm_config_nodedir: node };
  const { archive } = await packHpo();
  const installed = await runProgram('npm', ['install', '--no-audit', '--no-fund', archive], { cwd, env });
  expect(installed.code, installed.stderr).toBe(0);
}, 1_200_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('on Node 24', () => {
  beforeEach(({ skip }) => skip(env === undefined, 'npm has no Node 24 for this machine'));
  const run = (program: string, ...args: readonly string[]) => runProgram(program, args, { cwd, env: env ?? {} });

  it('a study runs', async () => {
    expect((await run('node', '--version')).stdout).toMatch(/^v24\./);
    const { code, stdout, stderr } = await run('npx', 'hpo', 'run', 'study.ts');
    expect({ code, stderr: stderr.replaceAll(/^npm warn .*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^done after .*: 20 complete/m);
  });

  it('databases are opened and closed many times', async () => {
    expect(await run('node', 'openings.mjs')).toEqual({ code: 0, stdout: 'opened\n', stderr: '' });
  });
});
