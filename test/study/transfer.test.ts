import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  auto,
  createStudy,
  defineStudy,
  deleteStudy,
  float,
  gp,
  int,
  loadStudy,
  random,
  replayStudy,
  type Sampler,
  space,
  tpe,
} from '../../src/index.ts';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';
import { tempFolder } from '../support/temp-folder.ts';

const plane = space({ x: float(-5, 5), y: float(-5, 5) });
const bowl = ({ params: { x, y } }: { params: { x: number; y: number } }) => (x - 3) ** 2 + (y + 2) ** 2;

let storage: MemoryStorage;
beforeEach(async () => {
  storage = new MemoryStorage();
  const study = await createStudy({ name: 'earlier', space: plane, storage, sampler: random(), seed: 1 });
  await study.optimize(bowl, { trials: 60 });
});

const open = (more: object = {}) => {
  const options = {
    name: 'later',
    space: plane,
    storage,
    sampler: gp() as Sampler,
    seed: 2,
    ifExists: 'load',
  } as const;
  return createStudy({ ...options, transferFrom: ['earlier'], ...more });
};
const valuesOf = async (study: Awaited<ReturnType<typeof open>>) =>
  (await study.trials()).map(({ values }) => values?.[0] ?? Number.NaN);

describe('a study that learns from earlier ones', () => {
  it('begins with the best of their trials, and is near the optimum when one without them has just begun', async () => {
    const best = (await (await loadStudy({ name: 'earlier', storage })).bestTrial()) as { params: object };
    const study = await open();
    await study.optimize(bowl, { trials: 10 });
    expect((await study.trials())[0]?.params).toEqual(best.params);
    expect(Math.min(...(await valuesOf(study)))).toBeLessThan(0.05);
    const alone = await open({ name: 'alone', transferFrom: undefined });
    await alone.optimize(bowl, { trials: 10 });
    expect(Math.min(...(await valuesOf(alone)))).toBeGreaterThan(0.5);
  });

  it('finds the optimum, too, where the earlier ones lead away from it', async () => {
    const opposite = ({ params: { x, y } }: { params: { x: number; y: number } }) => (x + 3) ** 2 + (y - 2) ** 2;
    const study = await open();
    await study.optimize(opposite, { trials: 20 });
    expect(Math.min(...(await valuesOf(study)))).toBeLessThan(0.01);
  });

  it('learns from studies of other storages, parameters and directions as far as names agree', async () => {
    const file = join(tempFolder(), 'other.db');
    const other = space({ x: float(0, 10), z: int(1, 3) });
    const study = await createStudy({ name: 'maximal', space: other, storage: file, direction: 'maximize', seed: 3 });
    await study.optimize(({ params: { x } }) => -((x - 3) ** 2), { trials: 12 });
    const best = (await study.bestTrial())?.params.x as number;
    await study.close();
    const later = await open({ transferFrom: [{ name: 'maximal', storage: file }] });
    await later.optimize(bowl, { trials: 1 });
    expect((await later.trials())[0]?.params.x).toBeCloseTo(Math.min(best, 5), 10);
  });

  it('keeps what it took: it goes on, and is derived anew, when the earlier ones have grown or are gone', async () => {
    const half = await open();
    await half.optimize(bowl, { trials: 7 });
    const grown = await loadStudy({ name: 'earlier', storage, space: plane });
    await grown.enqueue({ x: 3, y: -2 });
    await grown.optimize(bowl, { trials: 1 });
    await (await open()).optimize(bowl, { trials: 10 });
    await deleteStudy({ name: 'earlier', storage });
    await (await open()).optimize(bowl, { trials: 12 });
    await (await open({ transferFrom: undefined })).optimize(bowl, { trials: 14 });
    const replayed = await replayStudy({ name: 'later', storage, space: plane });
    expect(replayed).toMatchObject({ derivedTrials: 14, differences: [], underived: [] });
  });
});

describe('refused are', () => {
  it('what is no list of studies, and samplers that do not learn from any', () => {
    const declare = (more: object) => {
      try {
        return defineStudy({ name: 's', space: plane, objective: bowl, sampler: auto(), ...more });
      } catch (error) {
        return (error as Error).message;
      }
    };
    const messages = [
      { transferFrom: 'earlier' },
      { transferFrom: ['a', 3] },
      { transferFrom: ['a', 's'] },
      { transferFrom: [{ name: 'a', storage: 7 }] },
      { transferFrom: ['a'], sampler: tpe() },
      { transferFrom: ['a'], directions: ['minimize', 'maximize'] },
    ].map(declare);
    expect(messages).toMatchInlineSnapshot(`
      [
        "defineStudy(): \`transferFrom\` is "earlier"; give a list of studies: ['earlier', { name: 'other', storage: 'other.db' }].",
        "defineStudy(): \`transferFrom[1]\` is 3; give the name of a study, or { name, storage }.",
        "defineStudy(): \`transferFrom[1]\` is this study; name another one.",
        "defineStudy(): \`transferFrom[0]\` is an object; give the name of a study, or { name, storage }.",
        "defineStudy(): \`transferFrom\` is for a sampler that learns from other studies, such as auto() or gp(); tpe() does not.",
        "defineStudy(): \`transferFrom\` is for studies of one direction.",
      ]
    `);
  });

  it('studies that are not there, that have several directions, and other ones than before', async () => {
    storage = new MemoryStorage();
    await expect(open({ transferFrom: ['none'] })).rejects.toMatchObject({ code: 'HPO_STUDY_NOT_FOUND' });
    expect(await storage.findStudy('later')).toBeUndefined();
    await createStudy({ name: 'two', space: plane, storage, directions: ['minimize', 'maximize'] });
    await createStudy({ name: 'one', space: plane, storage });
    const message = (transferFrom: readonly string[]) => open({ transferFrom }).catch((error: Error) => error.message);
    expect(await message(['two'])).toContain(
      "`transferFrom` names 'two', which has 2 directions; name studies of one.",
    );
    await open({ transferFrom: ['one'] });
    expect(await message(['one', 'two'])).toContain('its `transferFrom` was "one" and is "one", "two" now');
    await createStudy({ name: 'begun', space: plane, storage, seed: 2 });
    expect(await open({ name: 'begun', transferFrom: ['one'] }).catch((error: Error) => error.message)).toContain(
      'its `transferFrom` was none and is "one" now',
    );
  });
});
