import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, deleteTrial, float, loadStudy, space } from 'hpo';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const program = new WarmHpo();

it('hpo delete --trial leaves the number, and no data for the search to learn from', async () => {
  const cwd = temporaryFolder();
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const settings = { name: 'a', storage: join(cwd, 'hpo.db'), space: space({ x: float(0, 1) }) };
  const study = await createStudy(settings);
  for (const x of [0.1, 0.2, 0.3]) await study.enqueue({ x });
  await study.optimize(({ params }) => params.x, { trials: 3 });
  const hpo = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await program.run(args, { cwd });
    return [code, stdout + stderr];
  };
  const what = "the content of trial 0 of 'a' in sqlite:///hpo.db";
  expect(await hpo('delete', 'a', '--trial', '0')).toEqual([
    2,
    `hpo: There is no terminal on which to ask whether to delete ${what}; give --yes.\n`,
  ]);
  const running = await study.ask();
  expect((await hpo('delete', 'a', '--trial', '0', '--yes'))[1]).toContain('is being run by process');
  await study.tell(running, 0.4);
  await study.close();
  expect(await hpo('delete', 'a', '--trial', '0', '--yes')).toEqual([
    0,
    `Deleted ${what}; its number stays, as a failed one.\n`,
  ]);
  expect(await hpo('delete', 'a', '--trial', '4', '--yes')).toEqual([
    2,
    "hpo: The study 'a' in sqlite:///hpo.db has no trial 4.\n",
  ]);
  expect(await hpo('trials', '--columns', 'trial,state,x,error', '--limit', '2', '--format', 'value')).toEqual([
    0,
    '0\tFAIL\t\tDeleted: The content of the trial was deleted.\n1\tCOMPLETE\t0.2\t\n',
  ]);
  await deleteTrial({ name: 'a', number: 1, storage: settings.storage });
  const again = await loadStudy(settings);
  expect((await again.bestTrial())?.number).toBe(2);
  await again.optimize(({ params }) => params.x, { trials: 5 });
  expect((await again.trials()).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
  await again.close();
});
