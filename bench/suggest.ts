import { Rng } from '../src/base/rng.ts';
import { GpSampler } from '../src/sampler/gp/sampler.ts';
import { tpe } from '../src/sampler/index.ts';
import type { Sampler } from '../src/sampler/sampler.ts';
import { categorical } from '../src/space/categorical-distribution.ts';
import { float } from '../src/space/float-distribution.ts';
import { int } from '../src/space/int-distribution.ts';
import type { Direction } from '../src/trial/direction.ts';
import type { FrozenTrial } from '../src/trial/frozen-trial.ts';
import { frozenTrial } from '../test/support/frozen-trial.ts';
import { historyOf } from '../test/support/history.ts';
import { suggest } from '../test/support/search.ts';

// The processor time of one suggestion of five mixed parameters by tpe() and gp(), with one trial finished since the
// last, and its ratio to that of tpe() at 1,000 trials of one objective. Run: npm run bench:suggest -- [tpe] [gp]

const space = {
  rate: float(1e-4, 1e-1, { log: true }),
  dropout: float(0.1, 0.9),
  batch: categorical([32, 64, 128, 256, 512]),
  layers: int(1, 8),
  units: int(16, 512, { step: 16 }),
};

function finished(number: number, objectives: number): FrozenTrial {
  const rng = Rng.of(1, number, 'bench');
  const values = Object.entries(space).map(([name, distribution]) => {
    if (distribution.kind === 'categorical') return [name, distribution.choices[rng.integer(5)]] as const;
    return [name, distribution.fromRange(rng.uniform(distribution.rangeLow, distribution.rangeHigh))] as const;
  });
  const params = Object.fromEntries(values) as Record<keyof typeof space, number>;
  const place = Math.log10(params.rate) + 2;
  const losses = [place ** 2 + params.dropout, (place - 1) ** 2 + 0.1 * params.layers, params.units / 512];
  return frozenTrial(number, {
    params,
    distributions: space,
    values: losses.slice(0, objectives).map((loss) => loss + 0.1 * rng.normal()),
  });
}

/** The median over some suggestions, after a third as many that warm up, in milliseconds. */
function suggestionMs(sampler: Sampler, count: number, objectives: number, rounds: number): number {
  const directions = new Array<Direction>(objectives).fill('minimize');
  const trials = Array.from({ length: count }, (_, number) => finished(number, objectives));
  const history = historyOf(trials, { directions });
  const warmUp = Math.ceil(rounds / 3);
  const times: number[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const before = process.cpuUsage();
    suggest(sampler, history, count + round, space);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    history.update([finished(count + round, objectives)]);
  }
  return times.slice(warmUp).sort((a, b) => a - b)[rounds >> 1] as number;
}

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

suggestionMs(tpe(), 1000, 2, 100);
const unit = suggestionMs(tpe(), 1000, 1, 100);
const print = (what: string, ms: number) => console.log(`${what}: ${ms.toFixed(2)} ms, ${(ms / unit).toFixed(1)}×`);
for (const objectives of isWanted('tpe') ? [1, 2, 3] : []) {
  for (const count of [100, 1000, 10_000]) {
    print(`tpe, ${objectives} objectives, ${count} trials`, suggestionMs(tpe(), count, objectives, 100));
  }
}
// Without its thread, whose time is measured here.
for (const count of isWanted('gp') ? [50, 100, 300, 1000] : []) {
  print(`gp, ${count} trials`, suggestionMs(new GpSampler(), count, 1, 21));
}
