import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { bundledProgram } from '../support/bundled-program.ts';
import { type Loss, PowerLoss, readRecords } from '../support/power-loss.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { CHECKOUT, runNode } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';

const library = preload('io-record');
const note = library === undefined ? PRELOAD_NOTE : '';

it.skipIf(library === undefined)(
  `a power loss leaves results and checkpoints as they were or as they are${note}`,
  async () => {
    const [folder, log] = [tempFolder(), join(tempFolder(), 'log')];
    const program = await bundledProgram('support/results-program.ts');
    const env = { LD_PRELOAD: library ?? '', IO_RECORD_ROOT: folder, IO_RECORD_LOG: log };
    const run = await runNode([program, folder], { cwd: CHECKOUT, env });
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });

    const disk = new PowerLoss();
    const rng = new Rng('power loss');
    const seen = new Set<string>();
    const torn: string[] = [];
    for (const record of readRecords(log)) {
      disk.take(record);
      for (const loss of ['none', 'all', 'some', 'some', 'torn'] satisfies Loss[]) {
        const files = disk.after(loss, rng);
        for (const [path, content] of files) {
          const name = /(step-\d+)\/state$/.exec(path)?.[1];
          if (name !== undefined && String(content) !== name) torn.push(`${path}: ${content}`);
        }
        const textOf = (name: string) => files.get(join(folder, name))?.toString() ?? 'none';
        const retrained = ['metrics.json', 'model/weights.bin'].map((name) => textOf(`retrain/${name}`));
        seen.add(`best.json ${textOf('best.json')}`).add(`retrain ${[...new Set(retrained)].join(' and ')}`);
      }
    }
    expect(torn).toEqual([]);
    expect([...seen].sort()).toEqual([
      'best.json first',
      'best.json none',
      'best.json second',
      'retrain first',
      'retrain none',
      'retrain second',
    ]);
  },
);
