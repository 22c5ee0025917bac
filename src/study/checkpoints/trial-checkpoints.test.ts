import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { type KeptCheckpoints, namedMarks } from './kept-checkpoints.ts';
import { isWhole } from './step-folder.ts';
import { type CheckpointsStart, TrialCheckpoints } from './trial-checkpoints.ts';

const text = (content: string) => (folder: string) => writeFile(join(folder, 'state'), content);

/** The checkpoints of attempt 1 at trial 4, and everything that they have stored and warned of. */
function open(more: Partial<CheckpointsStart> = {}, clock = new FakeClock()) {
  const place = more.place ?? join(tempFolder(), 'root', 'trial-4');
  const stored: KeptCheckpoints[] = [];
  const warnings: string[] = [];
  const start = { trial: 4, label: 'Trial 4', attempt: 1, direction: 'minimize', reports: [], ...more, place } as const;
  const port = {
    keepCheckpoints: async (kept: KeptCheckpoints) => void stored.push(kept),
    warn: (message: string) => void warnings.push(message),
  };
  const names = () => (existsSync(place) ? readdirSync(place).sort() : []);
  return { checkpoints: new TrialCheckpoints(start, port, clock), place, stored, warnings, names, clock };
}

it('keeps the last step, the one before, and the best one, whose folders alone are there', async () => {
  const { checkpoints, place, stored, names, clock } = open();
  expect([checkpoints.last, checkpoints.best, existsSync(place)]).toEqual([undefined, undefined, false]);
  for (const [step, value] of [3, 1, Number.NaN, 1, 2].entries()) {
    checkpoints.reported(step, value);
    await checkpoints.keep(step, text(`step ${step}`));
    await clock.advance(60_000);
  }
  expect(names()).toEqual(['step-1', 'step-3', 'step-4']);
  const [last, best, spare] = [4, 1, 3].map((step) => ({ step, trial: 4, attempt: 1 }));
  expect(stored.at(-1)).toEqual({ last, best, spares: [spare] });
  expect(checkpoints.last).toEqual({ step: 4, folder: join(place, 'step-4') });
  expect(checkpoints.best).toEqual({ step: 1, folder: join(place, 'step-1') });
  expect(readFileSync(join(checkpoints.best?.folder ?? '', 'state'), 'utf8')).toBe('step 1');
});

it('has a checkpoint overwrite one that is not used any more, where both may be, and no other', async () => {
  const { checkpoints, place, stored, names, clock } = open();
  const found: string[][] = [];
  const keep = (step: number, overwrites: boolean) => {
    const write = async (folder: string) => {
      found.push(readdirSync(folder).filter((name) => !name.startsWith('.')));
      await text(`step ${step}`)(folder);
    };
    return checkpoints.keep(step, write, { best: false, overwrites });
  };
  for (const [step, overwrites] of [true, false, true, true, true, false, true, true].entries()) {
    await keep(step, overwrites);
    const named = namedMarks(stored.at(-1) as KeptCheckpoints);
    for (const mark of named) {
      expect(await isWhole(place, mark)).toBe(true);
      expect(readFileSync(join(place, `step-${mark.step}`, 'state'), 'utf8')).toBe(`step ${mark.step}`);
    }
    expect(names().length).toBeLessThanOrEqual(named.length + 1);
    await clock.advance(30_000);
  }
  expect(found.filter((files) => files.length > 0).length).toBeGreaterThan(1);
  expect([1, 5].map((step) => found[step])).toEqual([[], []]);
});

it('has a checkpoint that the database names, also if a power loss costs it the last minute', async () => {
  for (const seconds of [1, 29, 45, 61]) {
    const { checkpoints, stored, names, clock } = open();
    const history: { readonly ms: number; readonly folders: readonly string[] }[] = [];
    for (let step = 0; step < 8 + 70 / seconds; step++) {
      await clock.advance(1000 * (step % 3 === 2 ? 2 * seconds : seconds));
      await checkpoints.keep(step, async () => undefined);
      history.push({ ms: clock.now(), folders: names() });
      const left = history.findLastIndex(({ ms }) => ms <= clock.now() - 60_000); // the oldest state that is left
      for (let at = Math.max(0, left); at <= step; at++) {
        const named = namedMarks(stored[at] as KeptCheckpoints).map((mark) => `step-${mark.step}`);
        if (left >= 0) expect(named.filter((name) => names().includes(name))).not.toEqual([]);
      }
      expect(names().length).toBeLessThanOrEqual(3);
    }
  }
});

it('takes for the best one the step that the objective names, or that is better by the direction', async () => {
  const up = open({ direction: 'maximize', reports: [[0, 5]] });
  up.checkpoints.reported(1, 4);
  await up.checkpoints.keep(1, text('')); // step 0, of the last attempt, was better
  expect(up.checkpoints.best).toBeUndefined();
  up.checkpoints.reported(2, 6);
  await up.checkpoints.keep(2, text(''), { best: false });
  expect(up.checkpoints.best).toBeUndefined();
  await up.checkpoints.keep(3, text(''), { best: true });
  expect(up.checkpoints.best?.step).toBe(3);
  const several = open({ direction: undefined });
  several.checkpoints.reported(1, 1);
  await several.checkpoints.keep(1, text(''));
  expect(several.checkpoints.best).toBeUndefined();
});

it('keeps what is asked for at the same time one after the other', async () => {
  const { checkpoints, stored, names } = open();
  await Promise.all([1, 2, 3].map((step) => checkpoints.keep(step, text(String(step)))));
  expect(stored.map(({ last }) => last.step)).toEqual([1, 2, 3]);
  expect(names()).toEqual(['step-1', 'step-3']);
});

it.each([
  ['a step that is no whole number', 1.5, '`step` is 1.5; give a whole number from 0 on.'],
  ['a step below 0', -1, '`step` is -1; give a whole number from 0 on.'],
  ['a path', '../7' as unknown as number, '`step` is "../7"; give a whole number from 0 on.'],
  ['an earlier step', 2, '`step` is 2, and the last checkpoint is that of step 2; give a later step.'],
])('refuses %s', async (_what, step, problem) => {
  const { checkpoints, names } = open();
  await checkpoints.keep(2, text(''));
  await expect(checkpoints.keep(step, text(''))).rejects.toThrow(`checkpoints.keep(): ${problem}`);
  expect(names()).toEqual(['step-2']);
});

it('keeps the former one where the writing or the storing fails', async () => {
  const { checkpoints, place, names, stored } = open();
  await checkpoints.keep(1, text('one'));
  const broken = async (folder: string) => {
    await text('half')(folder);
    throw new Error('no state');
  };
  await expect(checkpoints.keep(2, broken)).rejects.toThrow('no state');
  expect([names(), checkpoints.last?.step]).toEqual([['step-1'], 1]);

  const refusing = { keepCheckpoints: () => Promise.reject(new Error('locked')), warn: () => undefined };
  const last = { step: 1, trial: 4, attempt: 1, folder: join(place, 'step-1') };
  const start = { trial: 4, label: '', attempt: 1, place, direction: undefined, reports: [], last };
  const other = new TrialCheckpoints(start, refusing);
  await expect(other.keep(2, text('two'))).rejects.toThrow('locked');
  expect([names(), other.last?.step]).toEqual([['step-1', 'step-2'], 1]);
  await checkpoints.keep(2, text('two again')); // replaces the folder that nobody names
  expect(stored.at(-1)?.last.step).toBe(2);
  expect(readFileSync(join(place, 'step-2', 'state'), 'utf8')).toBe('two again');
  expect(names()).toEqual(['step-1', 'step-2']);
});

it('a disk that is full costs the checkpoint, not the trial, and is reported once', async () => {
  const { checkpoints, warnings, names } = open();
  await checkpoints.keep(1, text('one'));
  const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));
  await checkpoints.keep(2, full);
  await checkpoints.keep(3, full);
  expect(checkpoints.last?.step).toBe(1);
  expect(names()).toEqual(['step-1']);
  expect(warnings).toEqual([
    'Trial 4 could not write its checkpoint of step 2. ENOSPC: no space left. ' +
      'It goes on, but an interruption sets it back to its last checkpoint.',
  ]);
});

it('removes what killed attempts have left, and nothing of a later one', async () => {
  const first = open();
  const { place, names } = first;
  await first.checkpoints.keep(3, text('three'));
  mkdirSync(join(place, '.new-1-abc'));
  mkdirSync(join(place, '.old-1-abc'));
  mkdirSync(join(place, 'step-9')); // without the mark of an attempt
  const killed = { keepCheckpoints: () => Promise.reject(new Error('killed')), warn: () => undefined };
  const start = { trial: 4, label: '', attempt: 1, place, direction: undefined, reports: [] };
  await expect(new TrialCheckpoints(start, killed).keep(5, text('five'))).rejects.toThrow('killed');
  const last = { step: 3, trial: 4, attempt: 1, folder: join(place, 'step-3') };
  const second = open({ place, attempt: 2, last });
  mkdirSync(join(place, '.new-3-abc'));
  await second.checkpoints.keep(4, text('four'));
  expect(names()).toEqual(['.new-3-abc', 'step-3', 'step-4']);

  await expect(first.checkpoints.keep(4, text('late'))).rejects.toMatchObject({ code: 'HPO_LEASE_LOST' });
  expect(readFileSync(join(place, 'step-4', 'state'), 'utf8')).toBe('four');
  expect(await isWhole(place, { step: 4, attempt: 2 })).toBe(true);
});

it('writes where no link leads away', async () => {
  const root = join(tempFolder(), 'root');
  const elsewhere = tempFolder();
  mkdirSync(root);
  symlinkSync(elsewhere, join(root, 'trial-4'));
  const { checkpoints, place } = open({ place: join(root, 'trial-4') });
  await checkpoints.keep(1, text('one'));
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(true);

  writeFileSync(join(elsewhere, 'state'), 'theirs');
  rmSync(join(place, 'step-1'), { recursive: true });
  symlinkSync(elsewhere, join(place, 'step-2'));
  expect(await isWhole(place, { step: 2, attempt: 1 })).toBe(false);
  await checkpoints.keep(2, text('two'));
  expect(readFileSync(join(elsewhere, 'state'), 'utf8')).toBe('theirs');
  expect(readFileSync(join(place, 'step-2', 'state'), 'utf8')).toBe('two');
});

it('a folder is whole only with all its files, of this very attempt', async () => {
  const { checkpoints, place } = open();
  const write = async (folder: string) => {
    mkdirSync(join(folder, 'deep'));
    await Promise.all([text('abc')(folder), text('defg')(join(folder, 'deep'))]);
  };
  await checkpoints.keep(1, write);
  const folder = join(place, 'step-1');
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(true);
  expect(await isWhole(place, { step: 1, attempt: 2 })).toBe(false);
  expect(await isWhole(place, { step: 2, attempt: 1 })).toBe(false);
  writeFileSync(join(folder, 'deep', 'state'), 'def');
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(false);
  writeFileSync(join(folder, 'deep', 'state'), 'hijk');
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(true);
  rmSync(join(folder, 'state'));
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(false);
  writeFileSync(join(folder, '.hpo-checkpoint.json'), '{"attempt": 1');
  expect(await isWhole(place, { step: 1, attempt: 1 })).toBe(false);
});
