import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

it('a run warns when it goes on with a study whose trials ran on another device', async () => {
  const folder = tempFolder();
  const device = "device: async () => ({ backend: 'own', kind: 'cpu', description: process.env.DEVICE }),";
  const file = writeStudy(folder, 'return trial.number;', device);
  const warningsOn = async (description: string, trials: string) => {
    const args = ['run', file, '--workers', '1', '--trials', trials];
    const run = await new WarmHpo().runWithEvents(args, { cwd: folder, env: { DEVICE: description } });
    expect(run.end).toEqual({ code: 0, stderr: '' });
    return run.of('warning').map(({ message }) => message);
  };
  expect(await warningsOn('this one', '2')).toEqual([]);
  expect(await warningsOn('that one', '3')).toEqual([
    "2 trials (trial 0 first) ran on 'this one' and this run computes on 'that one': the same parameters may give slightly other values",
  ]);
});
