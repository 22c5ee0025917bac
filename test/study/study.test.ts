import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  categorical,
  createStudy,
  deleteStudy,
  float,
  type HpoError,
  int,
  loadStudy,
  median,
  nop,
  random,
  space,
  TrialPruned,
  tpe,
} from '../../src/index.ts';
import type { StudyRecord } from '../../src/storage/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const mixed = space({
  learningRate: float(1e-4, 1e-1, { log: true }),
  width: int(16, 64, { step: 16 }),
  optimizer: categorical(['adam', 'sgd']),
});

const database = () => join(memoryFolder(), 'studies.db');

describe('ask and tell', () => {
  it('stores parameters before it returns a trial, typed by the space', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: mixed, storage, seed: 1 });
    const trial = await study.ask();
    expectTypeOf(trial.params).toEqualTypeOf<{
      readonly learningRate: number;
      readonly width: number;
      readonly optimizer: 'adam' | 'sgd';
    }>();
    const other = await loadStudy({ name: 's', space: mixed, storage });
    const [seen] = await other.trials();
    expect(seen).toMatchObject({ number: 0, state: 'RUNNING', params: trial.params });
    await study.close();
    await other.close();
  });

  it.each([
    ['a number', 1.5, 'COMPLETE', [1.5]],
    ['Infinity', Number.POSITIVE_INFINITY, 'COMPLETE', [Number.POSITIVE_INFINITY]],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'COMPLETE', [Number.NEGATIVE_INFINITY]],
    ['NaN', Number.NaN, 'FAIL', null],
    ['too many values', [1, 2], 'FAIL', null],
    ['no values', [], 'FAIL', null],
    ['FAIL', 'FAIL', 'FAIL', null],
    ['PRUNED, nothing reported', 'PRUNED', 'PRUNED', null],
  ] as const)("told %s, follows Optuna's rule", async (_name, told, state, values) => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:' });
    const { trial } = await study.tell(await study.ask(), told);
    expect(trial).toMatchObject({ state, values });
    expect(trial.completedAt).toBeInstanceOf(Date);
  });

  it('gives a pruned trial its last intermediate value, unless that is NaN', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:' });
    const first = await study.ask();
    await first.report(5, 2);
    await first.report(7, 0);
    expect((await study.tell(first, 'PRUNED')).trial.values).toEqual([5]);
    const second = await study.ask();
    await second.report(5, 0);
    await second.report(Number.NaN, 1);
    expect((await study.tell(second, 'PRUNED')).trial.values).toBeNull();
  });

  it('keeps the first report of a step', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:' });
    const trial = await study.ask();
    await trial.report(1, 0);
    await trial.report(2, 0);
    const [stored] = await study.trials();
    expect([...(stored?.intermediateValues ?? [])]).toEqual([[0, 1]]);
  });

  it.each([
    ['a value that is no number', '1', 0, '`value` is "1"; give a number.'],
    ['a step that is not whole', 1, 0.5, '`step` is 0.5; give a whole number from 0 on.'],
    ['a step below 0', 1, -1, '`step` is -1; give a whole number from 0 on.'],
  ])('refuses to report %s', async (_name, value, step, problem) => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:' });
    const trial = await study.ask();
    await expect(trial.report(value as number, step)).rejects.toMatchObject({
      code: 'HPO_INVALID_ARGUMENT',
      message: `trial.report(): ${problem}`,
    });
  });

  it('refuses to finish a trial twice, and one that does not exist', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: database() });
    const trial = await study.ask();
    await study.tell(trial, 1);
    await expect(study.tell(trial, 2)).rejects.toMatchObject({ code: 'HPO_TRIAL_STATE' });
    await expect(study.tell(7, 2)).rejects.toMatchObject({ code: 'HPO_INVALID_ARGUMENT' });
    expect((await study.trials())[0]?.values).toEqual([1]);
    await study.close();
  });

  it('numbers and chooses differently for trials that are asked for at once', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:', sampler: random(), seed: 5 });
    const trials = await Promise.all(Array.from({ length: 8 }, () => study.ask()));
    expect(trials.map(({ number }) => number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(trials.map(({ params }) => params.learningRate)).size).toBe(8);
  });

  it('takes the values that Optuna enqueued a trial with before it asks the sampler', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: mixed, storage });
    const enqueued = { learningRate: 0.01, optimizer: 'sgd' };
    const { openStorage } = await import('../../src/storage/index.ts');
    const other = await openStorage(storage, { create: false });
    await other.createTrial((await other.findStudy('s')) as StudyRecord, {
      state: 'WAITING',
      systemAttrs: { fixed_params: enqueued },
    });
    await other.close();
    const trial = await study.ask();
    expect(trial.number).toBe(0);
    expect(trial.params).toMatchObject(enqueued);
    expect([16, 32, 48, 64]).toContain(trial.params.width);
    await study.close();
  });
});

describe('optimize', () => {
  const parabola = space({ x: float(-10, 10) });

  it('runs until the study has as many finished trials as asked for, in several calls too', async () => {
    const study = await createStudy({ name: 's', space: parabola, storage: 'memory:', seed: 4 });
    await study.optimize(({ params }) => params.x ** 2, { trials: 5 });
    await study.optimize(({ params }) => params.x ** 2, { trials: 12, concurrency: 3 });
    await study.optimize(({ params }) => params.x ** 2, { trials: 12 });
    expect(await study.trials()).toHaveLength(12);
  });

  it('fails a trial that throws and goes on, prunes one that throws TrialPruned', async () => {
    const study = await createStudy({ name: 's', space: parabola, storage: 'memory:', seed: 4 });
    await study.optimize(
      ({ trial }) => {
        if (trial.number === 1) throw new RangeError('too far');
        if (trial.number === 2) throw new TrialPruned();
        if (trial.number === 3) return undefined as unknown as number;
        return trial.number;
      },
      { trials: 5 },
    );
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['COMPLETE', 'FAIL', 'PRUNED', 'FAIL', 'COMPLETE']);
    expect(trials[1]?.systemAttrs['hpo:error']).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(trials[3]?.systemAttrs['hpo:error']).toMatchObject({ name: 'InvalidValue' });
    expect((await study.bestTrial())?.number).toBe(0);
  });

  it('prunes by its pruner', async () => {
    const pruner = median({ startupTrials: 3 });
    const study = await createStudy({ name: 's', space: parabola, storage: 'memory:', seed: 2, pruner });
    await study.optimize(
      async ({ trial }) => {
        await trial.report(trial.number, 1);
        if (await trial.shouldPrune()) throw new TrialPruned();
        return trial.number;
      },
      { trials: 5 },
    );
    expect((await study.trials()).map(({ state }) => state)).toEqual([
      'COMPLETE',
      'COMPLETE',
      'COMPLETE',
      'PRUNED',
      'PRUNED',
    ]);
  });

  it('stops by stop(), a signal, a time limit', async () => {
    const study = await createStudy({ name: 's', space: parabola, storage: 'memory:', pruner: nop() });
    await study.optimize(() => 1, { trials: 100, onTrial: ({ trial }) => trial.number === 2 && study.stop() });
    expect(await study.trials()).toHaveLength(3);
    const aborter = new AbortController();
    await study.optimize(() => 1, { trials: 100, signal: aborter.signal, onTrial: () => aborter.abort() });
    expect(await study.trials()).toHaveLength(4);
    await study.optimize(() => new Promise((done) => setTimeout(done, 400, 1)), { trials: 100, timeoutMs: 300 });
    expect(await study.trials()).toHaveLength(5);
  });

  it.each([{ trials: 0 }, { trials: 1.5 }, { trials: 1, concurrency: 0 }, { trials: 1, timeoutMs: 0 }])(
    'refuses %o',
    async (options) => {
      const study = await createStudy({ name: 's', space: parabola, storage: 'memory:' });
      await expect(study.optimize(() => 1, options)).rejects.toMatchObject({ code: 'HPO_INVALID_ARGUMENT' });
    },
  );

  it('finds the best of both directions, the first of equals, never a pruned one', async () => {
    const values = [3, 1, 2, 1, 3];
    for (const [direction, number] of [
      ['minimize', 1],
      ['maximize', 0],
    ] as const) {
      const study = await createStudy({ name: 's', space: parabola, storage: 'memory:', direction });
      expect(await study.bestTrial()).toBeUndefined();
      await study.optimize(({ trial }) => values[trial.number] ?? 0, { trials: 5 });
      const pruned = await study.ask();
      await pruned.report(direction === 'minimize' ? -99 : 99, 0);
      await study.tell(pruned, 'PRUNED');
      expect((await study.bestTrial())?.number).toBe(number);
      expect(await study.bestParams()).toEqual((await study.trials())[number]?.params);
    }
  });
});

describe('determinism', () => {
  const objective = ({ params }: { params: { learningRate: number; width: number } }) =>
    Math.log10(params.learningRate) ** 2 + params.width;

  it('repeats a study with the same seed, and goes on after a pause as if there had been none', async () => {
    const options = { name: 's', space: mixed, sampler: tpe({ startupTrials: 4 }), seed: 11 };
    const whole = await createStudy({ ...options, storage: 'memory:' });
    await whole.optimize(objective, { trials: 16 });
    const storage = database();
    for (const trials of [3, 9, 16]) {
      const part = await createStudy({ ...options, storage, ifExists: 'load' });
      await part.optimize(objective, { trials });
      await part.close();
    }
    const again = await loadStudy({ name: 's', space: mixed, storage });
    expect(again.seed).toBe(11);
    expect((await again.trials()).map(({ params }) => params)).toEqual(
      (await whole.trials()).map(({ params }) => params),
    );
    await again.close();
  });

  it('draws a seed and keeps it where none is given', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: mixed, storage });
    await study.close();
    const again = await loadStudy({ name: 's', space: mixed, storage });
    expect(again.seed).toBe(study.seed);
    await again.close();
  });

  it("fixes a trial's own draws by seed, number and purpose", async () => {
    const draws = async () => {
      const study = await createStudy({ name: 's', space: mixed, storage: 'memory:', seed: 3 });
      const [first, second] = [await study.ask(), await study.ask()];
      return [first.seed, second.seed, first.rng('a').uniform(), first.rng('b').uniform(), first.rng('a').uniform()];
    };
    const [a, b] = [await draws(), await draws()];
    expect(a).toEqual(b);
    expect(a[2]).toBe(a[4]);
    expect(new Set(a).size).toBe(4);
  });
});

describe('continuing a study', () => {
  const continued = async (change: object) => {
    const storage = database();
    const options = { name: 's', space: mixed, storage, seed: 1, settings: { epochs: 5, device: 'x' } };
    const study = await createStudy(options);
    await study.optimize(() => 1, { trials: 2 });
    await study.close();
    const again = createStudy({ ...options, ifExists: 'load', ...change });
    return again.then(
      async (opened) => {
        await opened.optimize(() => 1, { trials: 3 });
        await opened.close();
        return 'continued';
      },
      (error: HpoError) => `${error.code}: ${error.message.replace(storage, 'studies.db')}`,
    );
  };

  it.each([
    ['nothing', {}],
    ['bounds and steps', { space: space({ ...mixed.distributions, width: int(8, 128, { step: 8 }) }) }],
    ['a further parameter', { space: space({ ...mixed.distributions, dropout: float(0, 1) }), newParams: true }],
  ])('goes on when %s changed', async (_name, change) => {
    expect(await continued(change)).toBe('continued');
  });

  it('names the difference where it may not go on', async () => {
    const lines = [];
    for (const change of [
      { space: space({ ...mixed.distributions, learningRate: float(1e-4, 1e-1) }) },
      { space: space({ ...mixed.distributions, width: float(16, 64) }) },
      { space: space({ ...mixed.distributions, optimizer: categorical(['adam', 'lion']) }) },
      { direction: 'maximize' },
      { seed: 2 },
      { settings: { epochs: 6, device: 'x' } },
      { settings: { epochs: 5 } },
      { ifExists: 'fail' },
      { ifExists: 'loda' as 'load' },
      { nmae: 's' } as object,
    ]) {
      lines.push(await continued(change));
    }
    expect(lines.map((line) => line.replace(/sqlite:\S*studies.db/, 'URL'))).toMatchInlineSnapshot(`
      [
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: of its parameter \`learningRate\`, it was logarithmic and is linear now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: of its parameter \`width\`, it was int and is float now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: of its parameter \`optimizer\`, its choices were ["adam","sgd"] and are ["adam","lion"] now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: its directions were minimize and are maximize now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: its seed was 1 and is 2 now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: its setting \`epochs\` was 5 and is 6 now. Undo the change or give the study another name.",
        "HPO_STUDY_DIFFERS: The study 's' in URL cannot be continued: its setting \`device\` was "x" and is not there now. Undo the change or give the study another name.",
        "HPO_STUDY_EXISTS: There is a study 's' in URL already; continue it with ifExists: 'load', or give another name.",
        "HPO_INVALID_STUDY: createStudy(): \`ifExists\` is "loda"; give 'load' or 'fail'.",
        "HPO_INVALID_STUDY: createStudy(): there is no \`nmae\`; there are name, space, storage, direction, directions, sampler, pruner, seed, retries, enqueue, duplicates, transferFrom, ifExists, settings, profile, newParams, checkpoints, keepCheckpoints.",
      ]
    `);
  });

  it('deletes a study, and names the existing ones where it is missing', async () => {
    const storage = database();
    for (const name of ['a', 'b']) await (await createStudy({ name, space: mixed, storage })).close();
    await deleteStudy({ name: 'a', storage });
    await expect(loadStudy({ name: 'a', space: mixed, storage })).rejects.toThrow(/no study 'a' .* holds 'b'/);
  });
});

describe('enqueue', () => {
  it('adds trials that are run first, the missing parameters chosen by the sampler', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: database(), seed: 1 });
    await study.enqueue({ width: 32 }, { userAttrs: { from: 'me' } });
    await study.enqueue({ learningRate: 0.01, width: 48, optimizer: 'sgd' });
    expect((await study.trials()).map(({ state }) => state)).toEqual(['WAITING', 'WAITING']);
    expect((await study.ask()).params).toMatchObject({ width: 32 });
    expect((await study.ask()).params).toEqual({ learningRate: 0.01, width: 48, optimizer: 'sgd' });
    expect((await study.trials())[0]?.userAttrs).toEqual({ from: 'me' });
    await study.close();
  });

  it('skips a trial that exists already, run or waiting, with skipIfExists', async () => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:', seed: 1 });
    const { params } = await study.ask();
    const skipIfExists = { skipIfExists: true };
    expect(
      await study.enqueue({ ...params, learningRate: params.learningRate * (1 + 1e-7) }, skipIfExists),
    ).toBeUndefined();
    expect(await study.enqueue({ width: 16 }, skipIfExists)).toMatchObject({ number: 1 });
    expect(await study.enqueue({ width: 16 }, skipIfExists)).toBeUndefined();
    expect(await study.enqueue({ width: 16, optimizer: 'sgd' }, skipIfExists)).toMatchObject({ number: 2 });
    expect(await study.enqueue({ width: 16 })).toMatchObject({ number: 3 });
  });

  it.each([
    [{ width: 17 }, '`width` is 17, which is no value of int(16, 64, { step: 16 })'],
    [{ optimizer: 'lion' }, '`optimizer` is "lion", which is no value of categorical(["adam","sgd"])'],
    [{ depth: 3 }, '`depth` is no parameter of the space; it has learningRate, width, optimizer'],
  ])('refuses %o', async (params, problem) => {
    const study = await createStudy({ name: 's', space: mixed, storage: 'memory:' });
    await expect(study.enqueue(params as never)).rejects.toThrow(problem);
    expect(await study.trials()).toEqual([]);
  });
});

describe('parameters by the names of what every object has', () => {
  const names = space({ ['__proto__']: int(1, 3), constructor: float(0, 1), y: categorical(['a', 'b']) });

  it('are chosen, stored, enqueued, and the best of them found', async () => {
    const study = await createStudy({ name: 's', space: names, storage: database(), seed: 1 });
    const enqueued = { constructor: 0.25, ['__proto__']: 2 };
    await study.enqueue(enqueued);
    await study.optimize(({ params }) => params.constructor, { trials: 15 });
    const trials = await study.trials();
    for (const { params } of trials) expect(Object.keys(params)).toEqual(['__proto__', 'constructor', 'y']);
    expect(Object.entries(trials[0]?.params ?? {}).slice(0, 2)).toEqual([
      ['__proto__', 2],
      ['constructor', 0.25],
    ]);
    expect(Object.entries((await study.bestParams()) ?? {})).toEqual(
      Object.entries((await study.bestTrial())?.params ?? {}),
    );
    expect(await study.enqueue(enqueued, { skipIfExists: true })).toBeUndefined();
  });
});

describe('attributes', () => {
  it('are kept with studies and trials: any value of JSON, and the numbers that JSON lacks', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: mixed, storage, settings: { epochs: 3 }, seed: 9 });
    const value = { list: [1, null, 'é"\n'], limits: [Number.NaN, Number.NEGATIVE_INFINITY], nested: { yes: true } };
    await study.setUserAttr('note', 1);
    await study.setUserAttr('note', value);
    const trial = await study.ask();
    await trial.setUserAttr('what', value);
    await study.close();
    const again = await loadStudy({ name: 's', space: mixed, storage });
    expect(await again.userAttrs()).toEqual({ note: value });
    expect(await again.systemAttrs()).toMatchObject({ 'hpo:seed': 9, 'hpo:settings': { epochs: 3 } });
    expect((await again.trials())[0]?.userAttrs).toEqual({ what: value });
    await again.close();
  });
});
