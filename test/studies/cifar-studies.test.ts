import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStudy } from '../../src/index.ts';
import type { Params } from '../../src/space/search-space.ts';
import type { SpaceDefinition } from '../../src/space/variant.ts';
import type { Settings, StudyDefinition } from '../../src/study/definition/definition.ts';
import { device } from '../../src/training/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import callbacksCnn from '../../studies/callbacks-cnn.ts';
import cifarCnnVariants from '../../studies/cifar-cnn-variants.ts';
import resnet9 from '../../studies/resnet9.ts';
import sixConvCnn from '../../studies/six-conv-cnn.ts';
import transfer from '../../studies/transfer.ts';
import weightedBranches from '../../studies/weighted-branches.ts';
import { CIFAR_SAMPLE } from '../support/cifar-project.ts';
import { folderCheckpoints } from '../support/folder-checkpoints.ts';
import { temporaryFolder } from '../support/run-hpo.ts';

// A trial and a retraining of each study on a few real images, in this process: `cifar-cnn.test.ts` has the program.
const TINY = {
  ...{ epochs: 1, trainImages: 24, validationImages: 8, seeds: 1, width: 0.1 },
  ...{ imageSize: 16, backboneEpochs: 1, backboneWidth: 0.1 },
};

const { HPO_CIFAR10, HPO_CACHE } = process.env;
beforeAll(async () => {
  Object.assign(process.env, CIFAR_SAMPLE, { HPO_CACHE: temporaryFolder() });
  await device({ backend: 'wasm' });
});
afterAll(() => {
  for (const [name, value] of Object.entries({ HPO_CIFAR10, HPO_CACHE })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** The value of a trial, and the figures, lines and files of a retraining. */
async function results<D extends SpaceDefinition, T extends Settings, R extends Settings>(
  {
    name,
    space,
    direction = 'minimize',
    enqueue = [],
    settings,
    prepare,
    objective,
    retrain,
  }: StudyDefinition<D, T, R>,
  parts = { retrains: true },
) {
  const study = await createStudy({ name, space, direction, enqueue, seed: 1, storage: 'memory:' });
  const lines: string[] = [];
  const tiny = { ...settings, ...retrain?.settings, ...TINY } as never;
  const log = (line: string) => lines.push(line);
  await prepare?.({ settings: tiny, log, signal: new AbortController().signal, progress() {} });
  await study.optimize((context) => objective({ ...context, settings: tiny, log }), { trials: 1 });
  const { values, params } = (await study.bestTrial()) as FrozenTrial;
  if (!parts.retrains || !retrain) return { values, params, lines };
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'checkpoints'));
  const figures = await retrain.run({
    ...{
      params: (await study.bestParams()) as Params<typeof space>,
      trialNumber: 0,
      settings: tiny,
      studySeed: 1,
      folder,
      log,
    },
    checkpoints: { ...(await folderCheckpoints(join(folder, 'checkpoints'))), best: undefined },
    signal: new AbortController().signal,
    progress() {},
  });
  return { values, params, lines, figures, files: readdirSync(folder) };
}

it.each([callbacksCnn, cifarCnnVariants, resnet9, weightedBranches])(
  '$name trains, retrains and tests',
  async (definition) => {
    const { values, params, figures, files } = await results(definition as unknown as StudyDefinition);
    expect(values?.every(Number.isFinite)).toBe(true);
    expect(definition.enqueue?.[0]).toMatchObject({ batchSize: params.batchSize }); // the original's
    expect(figures).toMatchObject({ accuracy: expect.any(Number) });
    expect(files).toEqual(expect.arrayContaining(['history.csv', 'insight', 'model']));
  },
);

it('six-conv-cnn trains', async () => {
  // Its 20 million weights take seconds to draw, and a second net of them tells nothing new.
  const { values, params } = await results(sixConvCnn, { retrains: false });
  expect(values?.[0]).toBeGreaterThanOrEqual(0);
  expect(params).toMatchObject({ optimizer: 'sgd', batchSize: 16 });
});

it('transfer trains a net of its own where there is no pretrained one, and says so', async () => {
  const { values, lines, figures, files } = await results(transfer);
  expect(values?.[0]).toBeGreaterThan(0);
  expect(lines[0]).toMatch(/^no ResNet-18 in the cache: a ResNet-9 is trained on six classes/);
  expect(figures).toMatchObject({ accuracy: expect.any(Number), perClass: [{ name: 'automobile' }, {}, {}, {}] });
  expect(files).toContain('model');
});
