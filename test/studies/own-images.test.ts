import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { outcomesIn } from '../support/cifar-project.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { temporaryProject } from '../support/run-hpo.ts';

/** A study as docs/tensorflow.md shows it: its pictures stand in a folder for each class. */
const PICTURES = `
import { defineStudy, float, space } from 'hpo';
import { adam, device, imageFolder, measure, plainCnn, split, train } from 'hpo/tfjs';

export default defineStudy({
  name: 'figures',
  space: space({ learningRate: float(1e-3, 1e-2, { log: true }), dropout: float(0, 0.5) }),
  direction: 'maximize', // validation accuracy
  trials: 2,
  seed: 20,
  settings: { epochs: 6 },
  device,

  async prepare({ log, progress, signal }) {
    await imageFolder('data/figures', { log, progress, signal });
  },

  async objective({ trial, params, settings, signal, studySeed }) {
    const set = await imageFolder('data/figures');
    const data = split(set, { train: 0.75, validation: 0.25 }, studySeed, { stratified: true });
    const { imageShape, classes } = set;
    const model = plainCnn({ imageShape, classes: classes.length, dropout: params.dropout, width: 0.25, seed: trial.seed });
    const { last } = await train({
      model,
      data,
      optimizer: adam(params),
      normalisation: measure(data.train),
      augmentation: { horizontalFlip: 0.5, rotationDegrees: 10, colourJitter: { brightness: 0.2, hue: 0.5 } },
      batchSize: 6,
      epochs: settings.epochs,
      seed: trial.seed,
      signal,
      onEpoch: ({ epoch, validationAccuracy }) => trial.report(validationAccuracy, epoch),
    });
    model.dispose();
    return last.validationAccuracy;
  },
});
`;

/** The same with images of 28×28 in files of NumPy, as MNIST has them. */
const DIGITS = PICTURES.replace(/ {2}async prepare[\s\S]*?\n {2}},\n/, '')
  .replaceAll("await imageFolder('data/figures')", "npyImages({ images: 'data/x.npy', labels: 'data/y.npy' })")
  .replaceAll('imageFolder', 'npyImages')
  .replaceAll("'figures'", "'digits'")
  .replace(/augmentation: .*/, 'augmentation: { cropPadding: 2, cutoutSize: 4 },');

const rng = new Rng('figures');

/** A noisy image with a light figure on a dark ground: a bar that lies, one that stands, or a frame. */
function figure(label: number, height: number, width: number, channels: number): Uint8Array {
  const [row, column] = [rng.integer(4), rng.integer(4)];
  const tint = Array.from({ length: channels }, () => rng.uniform(0.6, 1));
  const isLit = (y: number, x: number): boolean => {
    const [down, right] = [y - 5 - row, x - 5 - column];
    const isInside = down >= 0 && down < 10 && right >= 0 && right < 10;
    if (label === 0) return isInside && down < 3;
    if (label === 1) return isInside && right < 3;
    return isInside && !(down >= 2 && down < 8 && right >= 2 && right < 8);
  };
  return Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const level = isLit(Math.floor(pixel / width), pixel % width) ? 220 : 40;
    return level * (tint[at % channels] as number) + rng.integer(30);
  });
}

/** An array of uint8 as numpy.save() writes it. */
function npy(shape: readonly number[], data: Uint8Array): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117).concat('\n');
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(header), data]);
}

async function expectLearnt(folder: string, study: string): Promise<void> {
  const run = new HpoProcess(folder, ['run', study, '--backend', 'wasm', '--workers', '1'], {
    HPO_CACHE: join(folder, 'cache'),
  });
  expect(await run.ended).toEqual({ code: 0, stderr: '' });
  const trials = await outcomesIn(folder);
  expect(trials.map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE']);
  expect(trials.flatMap(({ reports }) => reports)).toHaveLength(12);
  const best = Math.max(...trials.map(({ values }) => values?.[0] ?? 0));
  expect(best).toBeGreaterThan(0.8); // one third by chance
}

it("trains on somebody's PNG and JPEG files of another size, in a folder for each class", async () => {
  const folder = temporaryProject({ 'figures.ts': PICTURES });
  for (const [label, name] of ['bar', 'column', 'frame'].entries()) {
    const place = join(folder, 'data/figures', name);
    mkdirSync(place, { recursive: true });
    for (let number = 0; number < 24; number++) {
      const data = figure(label, 20, 24, 3);
      const size = { width: 24, height: 20, channels: 3 } as const;
      if (number % 2 === 0) writeFileSync(join(place, `${number}.png`), encode({ ...size, data }));
      else
        writeFileSync(join(place, `${number}.jpg`), await sharp(data, { raw: size }).jpeg({ quality: 90 }).toBuffer());
    }
  }
  await expectLearnt(folder, 'figures.ts');
});

it('trains on grey images of 28×28 from the files of NumPy', async () => {
  const folder = temporaryProject({ 'digits.ts': DIGITS });
  mkdirSync(join(folder, 'data'));
  const labels = Uint8Array.from({ length: 72 }, (_, at) => at % 3);
  const images = Buffer.concat([...labels].map((label) => figure(label, 28, 28, 1)));
  writeFileSync(join(folder, 'data/x.npy'), npy([72, 28, 28], images));
  writeFileSync(join(folder, 'data/y.npy'), npy([72], labels));
  await expectLearnt(folder, 'digits.ts');
});

it('a broken picture ends the run in one line, before a trial', async () => {
  const folder = temporaryProject({ 'figures.ts': PICTURES });
  for (const name of ['bar', 'column']) mkdirSync(join(folder, 'data/figures', name), { recursive: true });
  const png = Buffer.from(encode({ width: 9, height: 9, channels: 3, data: new Uint8Array(243) }));
  writeFileSync(join(folder, 'data/figures/bar/1.png'), png);
  writeFileSync(join(folder, 'data/figures/column/1.png'), png.subarray(0, png.length - 20));
  const run = new HpoProcess(folder, ['run', 'figures.ts', '--backend', 'wasm', '--workers', '1'], {
    HPO_CACHE: join(folder, 'cache'),
  });
  const { code, stderr } = await run.ended;
  expect(stderr).toMatch(/^hpo: data\/figures\/column\/1\.png is broken \(.*\); save it anew, or leave it out\n$/);
  expect(code).toBe(2);
});
