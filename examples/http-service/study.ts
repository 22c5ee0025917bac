import { defineStudy, int, space } from 'hpo';
import { corpus, nearest, vectors } from './corpus.ts';
import { askAll, startService } from './service.ts';

const queries = vectors(400, 2);

/** The right answers, by looking through the whole corpus: once in each worker. */
const answersTo = () => {
  const items = corpus();
  return queries.map((query) => new Set(nearest(items.keys(), items, query, 10)));
};
let right: ReturnType<typeof answersTo> | undefined;

export default defineStudy({
  name: 'search-service',
  space: space({
    groups: int(16, 256, { log: true }),
    probes: int(1, 32, { log: true }),
    queue: int(1, 8),
  }),
  directions: ['minimize', 'maximize'], // the 95th percentile of the latency in ms, and the recall
  trials: 30,
  trialTimeoutMs: 60_000, // a service that hangs fails its trial
  enqueue: [{ groups: 64, probes: 8, queue: 8 }], // the configuration in production

  async objective({ trial, params, signal }) {
    right ??= answersTo();
    const known = right;
    const service = await startService(params, signal);
    try {
      const load = { clients: 4, timeoutMs: 1000, signal };
      await askAll(service.url, queries.slice(0, 80), load); // what comes first is slow, and does not count
      const answers = await askAll(service.url, queries, load);

      const found = answers.flatMap(({ found }, at) =>
        found ? [found.filter((item) => known[at]?.has(item)).length] : [],
      );
      if (found.length === 0) throw new Error('no request was answered'); // fails this trial alone
      const latencies = answers.map(({ ms }) => ms).sort((a, b) => a - b);
      const percentile = (share: number) => latencies[Math.floor(share * latencies.length)] ?? Number.NaN;
      await trial.setUserAttr('p50', percentile(0.5));
      await trial.setConstraint('failed', 1 - found.length / answers.length - 0.01); // met at 0 or below: at most 1 %
      return [percentile(0.95), found.reduce((sum, count) => sum + count, 0) / (10 * found.length)];
    } finally {
      service.stop();
    }
  },
});
