import { type RankerParams, rank } from '@shop/ranker';
import { rankerSpace } from '@shop/ranker/space';
import { defineStudy } from 'hpo';
import { heldOut, type Judgement, judgements, products } from './judgements.ts';

export default defineStudy({
  name: 'ranking',
  space: rankerSpace,
  direction: 'maximize', // the mean NDCG of the queries: 1 where the right products come first
  trials: 60,
  enqueue: [{ k1: 1.2, b: 0.75, titleWeight: 1, prefixWeight: 0, allWords: false }], // the textbook's

  objective: ({ params }) => quality(judgements, params),

  retrain: {
    run: ({ params }) => ({ heldOut: quality(heldOut, params) }), // for metrics.json
  },
});

function quality(of: readonly Judgement[], params: RankerParams): number {
  const gains = of.map(({ query, relevant }) => {
    const found = rank(products, query, params)
      .slice(0, 5)
      .map(({ id }) => id);
    const gain = (ids: readonly string[]) =>
      ids.reduce(
        (sum, id, at) => sum + (relevant.includes(id) ? relevant.length - relevant.indexOf(id) : 0) / Math.log2(at + 2),
        0,
      );
    return gain(found) / gain(relevant);
  });
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}
