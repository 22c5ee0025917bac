import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, int, random, space } from '../../src/index.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const warm = new WarmHpo();

it('listings name the rows that they cannot read, and go on', async () => {
  const cwd = tempFolder();
  const storage = join(cwd, 'hpo.db');
  for (const name of ['seeded', 'odd', 'fine']) {
    const study = await createStudy({ name, storage, space: space({ seed: int(0, 9) }), sampler: random(), seed: 1 });
    await study.optimize(({ trial }) => trial.number, { trials: 2 });
    await study.close();
  }
  const db = openSqlite(storage);
  db.exec(`UPDATE study_directions SET direction = 'UP' WHERE study_id = 2;
    UPDATE trial_values SET value_type = 'ODD' WHERE trial_id = 5;
    UPDATE trial_params SET distribution_json = replace(distribution_json, '9', '9223372036854775807') WHERE trial_id < 3;
    UPDATE trial_params SET distribution_json = 'odd' WHERE trial_id = 6`);
  db.close();
  const hpo = (...args: string[]) => warm.run(args, { cwd });

  expect(await hpo('studies', '--format', 'csv')).toEqual({
    code: 0,
    stdout:
      'study,direction,complete,pruned,failed,best,running,machines\n' +
      'seeded,minimize,2,0,0,0,0,0\nodd,,2,0,0,,0,0\nfine,minimize,2,0,0,1,0,0\n',
    stderr: `hpo: the study 'odd' cannot be read in full: its direction is "UP"\n`,
  });
  expect(await hpo('best', 'odd')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'hpo: The database holds the study "odd" in a way that hpo cannot read: its direction is "UP"\n',
  });
  expect(await hpo('trials', 'fine', '--columns', 'trial,state,value,error', '--format', 'csv')).toEqual({
    code: 0,
    stdout: `trial,state,value,error
0,FAIL,,"Unreadable: a value is stored as 0 of the type ""ODD"""
1,COMPLETE,1,"Unreadable: the parameter ""seed"": The database holds a distribution that hpo does not know: odd"
`,
    stderr: `hpo: 2 trials of 'fine' cannot be read in full, trial 0 first: a value is stored as 0 of the type "ODD"\n`,
  });
  const lacks =
    'hpo: trial 1 of \'fine\' cannot be read in full: the parameter "seed": The database holds a distribution that hpo does not know: odd\n';
  expect(await hpo('export', 'fine')).toEqual({ code: 0, stdout: '{}\n', stderr: lacks });
  expect(await hpo('best', 'fine')).toMatchObject({ code: 0, stderr: lacks });
  expect(await hpo('copy', 'fine', 'copy')).toEqual({
    code: 0,
    stdout: "Copied the study 'fine' with its 2 trials to 'copy' in sqlite:///hpo.db.\n",
    stderr: `hpo: 2 trials of 'fine' cannot be read in full, trial 0 first: a value is stored as 0 of the type "ODD"\n`,
  });
  expect(await hpo('trials', 'seeded', '--columns', 'trial,state,value', '--format', 'csv')).toEqual({
    code: 0,
    stdout: 'trial,state,value\n0,COMPLETE,0\n1,COMPLETE,1\n',
    stderr: 'hpo: the bounds of `seed` are beyond ±(2^53 - 1), and are shown as near as a number goes\n',
  });
});
