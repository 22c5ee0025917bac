import { join } from 'node:path';
import { createStudy, float, loadStudy, space, tpe } from 'hpo';
import { beforeAll, expect, it } from 'vitest';
import { temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

const file = (sampler: string) => `import { defineStudy, float, random, space } from 'hpo';
export default defineStudy({
  name: 'chosen',
  space: space({ x: float(-5, 5) }),
  seed: 1,
  ${sampler}
  objective: ({ params }) => params.x ** 2,
});
`;

let cwd: string;
beforeAll(() => {
  cwd = temporaryProject({ 'plain.ts': file(''), 'random.ts': file('sampler: random(),') });
});

const run = async (study: string, storage: string, trials: number, ...options: string[]) => {
  const args = ['run', study, '--storage', storage, '--workers', '1', '--trials', String(trials), ...options];
  const { code, stdout, stderr } = await hpo.run(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const samplers = async (storage: string) => {
  const study = await loadStudy({ name: 'chosen', storage: join(cwd, storage) });
  const kept = study.record.systemAttrs['hpo:samplers'] as { sampler: string }[];
  await study.close();
  return kept.map(({ sampler }) => sampler);
};

it('--sampler and --pruner stand in place of the file’s until others are named, and `study` gives these back', async () => {
  expect(await run('random.ts', 'a.db', 2, '--sampler', 'tpe', '--pruner', 'hyperband')).toContain(
    'minimize with tpe (named), pruner hyperband (named), seed',
  );
  const kept = (part: string) => `(named in an earlier run; --${part} study takes that of the file)`;
  expect(await run('random.ts', 'a.db', 3)).toContain(
    `minimize with tpe ${kept('sampler')}, pruner hyperband ${kept('pruner')}, seed`,
  );
  const replayed = await hpo.run(['replay', 'random.ts', '--storage', 'a.db'], { cwd });
  expect(replayed).toMatchObject({ code: 0 });
  expect(replayed.stdout).toContain('derived   3 parameters of 3 trials');
  expect(await run('random.ts', 'a.db', 4, '--sampler', 'gp', '--pruner', 'study')).toContain(
    'minimize with gp (named), pruner median, seed',
  );
  expect(await run('random.ts', 'a.db', 5, '--sampler', 'study')).toContain(
    'minimize with random, pruner median, seed',
  );
  expect(await run('random.ts', 'a.db', 6)).toContain('minimize with random, pruner median, seed');
  expect(await samplers('a.db')).toEqual(['tpe', 'gp', 'random']);
});

it('a file without a sampler has auto(), which says what it does, and goes on with what its study was run with', async () => {
  const stdout = await run('plain.ts', 'b.db', 2);
  expect(stdout).toContain('minimize with auto, pruner median');
  expect(stdout.match(/ {2}from trial .*/g)).toEqual(['  from trial 0 on gp() chooses: fewer than 400 trials']);
  const options = { name: 'chosen', space: space({ x: float(-5, 5) }), storage: join(cwd, 'c.db') };
  const study = await createStudy({ ...options, sampler: tpe(), seed: 1 });
  await study.optimize(({ params }) => params.x, { trials: 2 });
  await study.close();
  expect(await run('plain.ts', 'c.db', 3)).toContain('minimize with tpe, pruner median');
  expect(await samplers('c.db')).toEqual(['tpe']);
});

it('refuses a name that no sampler has', async () => {
  const other = await hpo.run(['run', 'plain.ts', '--sampler', 'tpee'], { cwd });
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/^hpo: --sampler takes one of auto, .*study, not "tpee"\.\n$/);
});
