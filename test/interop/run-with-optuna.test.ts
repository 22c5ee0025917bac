import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, float, space } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';
import { describeByOptuna, describeStorage } from './description.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

describeWithOptuna('a study run by `hpo run`', () => {
  it('is seen alike by Optuna, which adds trials to it, and then goes on here', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, `if (trial.number === 2) throw new Error('no'); ${SLOW}`);
    expect((await new HpoProcess(folder, ['run', file]).ended).code).toBe(0);
    const database = join(folder, 'hpo.db');
    const url = `sqlite:///${database}`;

    const ours = await described(database);
    const theirs = await describeByOptuna(url);
    expect(theirs.studies).toEqual(ours);
    const complete = (ours[0]?.trials ?? []).filter(({ state }) => state === 'COMPLETE');
    const best = complete.reduce((a, b) => ((b.values?.[0] ?? 0) < (a.values?.[0] ?? 0) ? b : a));
    expect(theirs.best).toEqual([[best.number]]);

    expect(await runPython('add_trials.py', url, 'study')).toEqual([12, 13, 14, 15]);
    const next = new HpoProcess(folder, ['run', file, '--trials', '20', '--workers', '1']);
    expect((await next.ended).code).toBe(0);
    expect(next.of('trial-started').map(({ trial }) => trial)).toEqual([16, 17, 18, 19]);
    const after = await described(database);
    expect(after[0]?.trials.slice(0, 12)).toEqual(ours[0]?.trials);
    expect(after[0]?.trials.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect((await describeByOptuna(url)).studies).toEqual(after);
  });

  it('keeps its live trials while an Optuna process fails those with stopped heartbeats', async () => {
    const url = `sqlite:///${join(tempFolder(), 'shared.db')}`;
    const study = await createStudy({ name: 'shared', space: space({ x: float(0, 1) }), storage: url });
    const ours = await study.ask();
    const theirs = await runPython('run_with_heartbeats.py', url, 'shared', '4');
    expect((theirs as number[]).length).toBeGreaterThan(3);
    expect((await study.trials())[ours.number]?.state).toBe('RUNNING');
    expect((await study.tell(ours, 0.5)).outcome.state).toBe('COMPLETE');
    expect((await study.trials()).map(({ state }) => state)).not.toContain('FAIL');
    await study.close();
  });
});

async function described(database: string) {
  const storage = await openStorage(database, { create: false });
  try {
    return await describeStorage(storage);
  } finally {
    await storage.close();
  }
}
