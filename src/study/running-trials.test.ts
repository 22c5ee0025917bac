import { describe, expect, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import { createStudy, float, type Pruner, random, type Sampler, space } from '../index.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';

/** A storage that takes no parameters. */
class FullStorage extends MemoryStorage {
  override async setTrialParams(): Promise<void> {
    throw new HpoError('HPO_DISK', 'the disk is full');
  }
}

const declared = space({ x: float(0, 1) });

describe('a trial', () => {
  it('does not open before its parameters are stored', async () => {
    const study = await createStudy({ name: 'study', space: declared, storage: new FullStorage(), sampler: random() });
    await expect(study.ask()).rejects.toThrow('the disk is full');
    await study.close();
  });

  it('is chosen and judged by its peers alone', async () => {
    const seen: Record<'sampler' | 'pruner', number[]> = { sampler: [], pruner: [] };
    const numbersIn = (history: History) => history.trials.map(({ number }) => number);
    const fresh = random();
    const sampler: Sampler = {
      name: 'noting',
      start(history, trial) {
        seen.sampler = numbersIn(history);
        return fresh.start(history, trial);
      },
      sample: (history, trial, name, distribution) => fresh.sample(history, trial, name, distribution),
    };
    const pruner: Pruner = {
      name: 'odd and even',
      peers: (history, { number: own }) => history.part(String(own % 2), ({ number }) => number % 2 === own % 2),
      judge(history) {
        seen.pruner = numbersIn(history);
        return false;
      },
    };
    const study = await createStudy({ name: 'study', space: declared, storage: 'memory:', sampler, pruner });
    for (let number = 0; number < 5; number++) {
      const trial = await study.ask();
      await trial.report(1, 0);
      await trial.shouldPrune();
      const peers = [0, 1, 2, 3, 4].filter((each) => each <= number && each % 2 === number % 2);
      expect(seen.pruner).toEqual(peers);
      expect(seen.sampler.filter((each) => each !== number)).toEqual(peers.slice(0, -1));
      await study.tell(trial, 1);
    }
    await study.close();
  });
});
