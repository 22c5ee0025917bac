import type { EarlierTrial } from '../../src/history/history.ts';
import type { Sampler } from '../../src/sampler/sampler.ts';
import type { Attributes } from '../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { startingTrial } from '../../test/support/search.ts';
import type { Asker } from './asker.ts';

/**
 * A search by a sampler of hpo that minimises this number of values.
 * @param earlier trials of earlier studies to learn from; none by default.
 */
export function ownAsker(sampler: Sampler, directions: number, seed: number, earlier?: readonly EarlierTrial[]): Asker {
  const shape = { directions: Array.from({ length: directions }, () => 'minimize' as const) };
  const history = historyOf([], { ...shape, ...(earlier && { earlier }) });
  const drawn = new Map<number, Attributes>();
  return {
    async ask(number) {
      const trial = startingTrial(number, seed);
      const { params, attrs = {} } = await sampler.start(history, trial);
      drawn.set(number, attrs);
      return {
        suggest: (name, distribution) => params.get(name) ?? sampler.sample(history, trial, name, distribution),
        begin: (begun) => history.update([frozenTrial(number, { ...begun, state: 'RUNNING', systemAttrs: attrs })]),
      };
    },
    async tell({ number, constraints, ...finished }) {
      const systemAttrs = { ...drawn.get(number), ...(constraints.length > 0 && { constraints }) };
      history.update([frozenTrial(number, { ...finished, systemAttrs })]);
    },
  };
}
