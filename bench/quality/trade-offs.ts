import { hypervolume } from '../../src/math/hypervolume.ts';
import { float } from '../../src/space/float-distribution.ts';
import type { Suggest } from '../../test/support/search.ts';
import { bestTrainings, costOf, training } from './mixed.ts';
import type { TradeOffProblem } from './problem.ts';

const numbers = (suggest: Suggest, count: number, [low, high]: readonly [number, number]) =>
  Array.from({ length: count }, (_, i) => Number(suggest(`x${i}`, float(low, high))));

const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0);

/** A curve's points at 2,001 places from 0 to 1. */
const along = (point: (t: number) => readonly number[]) => Array.from({ length: 2001 }, (_, i) => point(i / 2000));

function tradeOffs(
  name: string,
  evaluate: (suggest: Suggest) => readonly number[],
  reference: readonly number[],
  front: readonly (readonly number[])[],
): TradeOffProblem {
  const inside = front.filter((point) => point.every((value, i) => value < (reference[i] as number)));
  return { name, group: 'several', isHeldOut: true, evaluate, reference, bestVolume: hypervolume(inside, reference) };
}

const zdtDistance = (x: readonly number[]) => 1 + (9 * sum(x.slice(1))) / (x.length - 1);

/** Zitzler, Deb and Thiele 2000; Deb et al. 2002; Fonseca and Fleming 1995; and the loss of a training against its cost. */
export const tradeOffProblems: readonly TradeOffProblem[] = [
  tradeOffs(
    'zdt1-6',
    (suggest) => {
      const x = numbers(suggest, 6, [0, 1]);
      const [first = 0, g] = [x[0], zdtDistance(x)];
      return [first, g * (1 - Math.sqrt(first / g))];
    },
    [1.1, 7],
    along((t) => [t, 1 - Math.sqrt(t)]),
  ),
  tradeOffs(
    'zdt3-6',
    (suggest) => {
      const x = numbers(suggest, 6, [0, 1]);
      const [first = 0, g] = [x[0], zdtDistance(x)];
      return [first, g * (1 - Math.sqrt(first / g) - (first / g) * Math.sin(10 * Math.PI * first))];
    },
    [1.1, 7],
    along((t) => [t, 1 - Math.sqrt(t) - t * Math.sin(10 * Math.PI * t)]),
  ),
  {
    name: 'dtlz2-6',
    group: 'several',
    isHeldOut: true,
    evaluate: (suggest) => {
      const [a = 0, b = 0, ...rest] = numbers(suggest, 6, [0, 1]);
      const radius = 1 + sum(rest.map((x) => (x - 0.5) ** 2));
      const [u, v] = [(a * Math.PI) / 2, (b * Math.PI) / 2];
      return [radius * Math.cos(u) * Math.cos(v), radius * Math.cos(u) * Math.sin(v), radius * Math.sin(u)];
    },
    reference: [2.5, 2.5, 2.5],
    bestVolume: 2.5 ** 3 - Math.PI / 6, // all but an eighth of the unit ball
  },
  tradeOffs(
    'fonseca-3',
    (suggest) => {
      const x = numbers(suggest, 3, [-4, 4]);
      const bowl = (sign: number) => 1 - Math.exp(-sum(x.map((xi) => (xi - sign / Math.sqrt(3)) ** 2)));
      return [bowl(1), bowl(-1)];
    },
    [1, 1],
    along((t) => {
      const x = 2 * t - 1;
      return [1 - Math.exp(-((x - 1) ** 2)), 1 - Math.exp(-((x + 1) ** 2))];
    }),
  ),
  tradeOffs(
    'training-cost',
    (suggest) => {
      const asked: Record<string, unknown> = {};
      const loss = training((name, distribution) => {
        const value = suggest(name, distribution);
        asked[name] = value;
        return value;
      });
      return [loss, costOf(Number(asked.layers), Number(asked.batch))];
    },
    [1, 4],
    bestTrainings.map(({ layers, batch, loss }) => [loss, costOf(layers, batch)]),
  ),
];
