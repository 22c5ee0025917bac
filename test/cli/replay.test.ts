import { join } from 'node:path';
import { createStudy, float, random, type Sampler, space } from 'hpo';
import { beforeAll, expect, it } from 'vitest';
import { temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

const fileOf = (name: string, sampler: string) => `import { defineStudy, float, random, space } from 'hpo';
export default defineStudy({
  name: '${name}',
  space: space({ x: float(0, 1), y: float(0, 1) }),
  seed: 1,
  sampler: ${sampler},
  objective: ({ params }) => params.x,
});
`;
const LOOSE = `{ ...random(), name: 'loose', start: () => ({ params: new Map([['y', Math.random()]]) }), sample: (...given) => random().sample(...given) }`;

let cwd: string;
beforeAll(async () => {
  cwd = temporaryProject({
    'loose.ts': fileOf('loose', LOOSE),
    'exact.ts': fileOf('exact', 'random()'),
    'other.ts': fileOf(
      'loose',
      '{ ...random(), name: "other", start: () => ({ params: new Map() }), sample: () => 0 }',
    ),
  });
  const loose: Sampler = {
    name: 'loose',
    start: ({ trials }) => ({ params: new Map([['y', trials.length / 8]]) }),
    sample: (...given) => random().sample(...given),
  };
  for (const [name, sampler] of [
    ['loose', loose],
    ['exact', random()],
  ] as const) {
    const common = { storage: join(cwd, 'hpo.db'), space: space({ x: float(0, 1), y: float(0, 1) }), seed: 1 };
    const study = await createStudy({ name, sampler, ...common });
    if (name === 'exact') await study.enqueue({ x: 0.5, y: 0.5 });
    await study.optimize(({ params }) => params.x, { trials: 2 });
    await study.close();
  }
});

it('hpo replay finds no difference where the sampler is deterministic', async () => {
  const { code, stdout, stderr } = await hpo.run(['replay', 'exact.ts'], { cwd });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stderr: '',
    stdout: `study 'exact' in sqlite:///hpo.db: random, seed 1
derived   2 parameters of 1 trial (2 others enqueued, continued, or without a choice)
left out  1 trial, 0: all its parameters were enqueued, or have no other value
result    no difference
`,
  });
});

it('hpo replay names each value that differs, and ends with 1', async () => {
  const { code, stdout } = await hpo.run(['replay', 'loose.ts'], { cwd });
  expect(code).toBe(1);
  expect(stdout.replaceAll(/0\.\d{4,}/g, '0.…').replaceAll(/ +$/gm, '')).toMatch(
    /^study 'loose' .*\nderived {3}4 parameters of 2 trials\nresult {4}2 differences: .*\n\ntrial {2}param {2}stored {2}derived\n0 +y +0.125 +0.…\n1 +y +0.25 +0.…\n$/,
  );
  const json = await hpo.run(['replay', 'loose.ts', '--format', 'json'], { cwd });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    derivedTrials: 2,
    differences: [
      { trial: 0, param: 'y', stored: 0.125 },
      { trial: 1, param: 'y', stored: 0.25 },
    ],
    underived: [],
  });
});

it('hpo replay of a study that another sampler was used for says so, and ends with 2', async () => {
  const { code, stdout, stderr } = await hpo.run(['replay', 'other.ts'], { cwd });
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `hpo: No trial of the study 'loose' in sqlite:///hpo.db can be derived: 2 trials, 0, 1: drawn by loose, and the sampler is other.\n`,
  });
});
