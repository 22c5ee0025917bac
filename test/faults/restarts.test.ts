import { describe, expect, it } from 'vitest';
import { writeDyingStudy } from '../support/dying-study.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('a worker killed while it starts', () => {
  it('is started again, where the study has loaded before, and costs no trial', async () => {
    const folder = tempFolder();
    const file = writeDyingStudy(
      folder,
      'n === 2 || n === 4',
      'if (trial.number === 1) process.exit(3); return params.x;',
    );
    const run = new HpoProcess(folder, ['run', file, '--trials', '4', '--workers', '2']);
    const stderr = 'hpo: The retraining ended its worker: The worker process exited with code 4. It said: no room\n';
    expect(await run.ended).toEqual({ code: 1, stderr });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 3, FAIL: 1 });
    const warnings = run.of('warning').map(({ message }) => message);
    expect(warnings[0]).toMatch(
      /^A worker could not start: The worker process was ended by SIGKILL\. Worker \d is started again in 1 s\.$/,
    );
  });
});
