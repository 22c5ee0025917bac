import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDyingStudy } from '../support/dying-study.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('a worker killed while it starts', () => {
  it('again and again is given up while the others go on; the last one ends the run', async () => {
    const folder = tempFolder();
    const objective = `
      if (trial.number === 0) { await trial.setUserAttr('pid', process.pid); process.exit(3); }
      await sleep(settings.ms);
      if (trial.number === 20) process.exit(3);
      return params.x;`;
    const file = writeDyingStudy(folder, 'n > 2', objective);
    const source = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), source.replace("name: 'study',", "name: 'study', settings: { ms: 100 },"));
    const run = new HpoProcess(folder, ['run', file, '--trials', '100', '--workers', '2']);
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toBe('hpo: A worker could not start: The worker process was ended by SIGKILL.\n');
    const warnings = run.of('warning').map(({ message }) => message);
    expect(warnings.filter((message) => message.includes('is started again in'))).toHaveLength(8);
    expect(warnings.filter((message) => message.includes('the other workers go on'))).toHaveLength(1);
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 19, FAIL: 2 });
  });
});
