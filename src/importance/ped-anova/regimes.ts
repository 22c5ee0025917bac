import { ownValue } from '../../base/own-value.ts';
import type { Distribution } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { RatedTrial } from '../evaluator.ts';

/** The trials that drew a parameter from one distribution. */
export interface Regime {
  readonly distribution: Distribution;
  readonly trials: readonly RatedTrial[];
}

/** The regimes of a parameter among trials. Trials without the parameter are in none. */
export function regimesOf(name: string, trials: readonly RatedTrial[]): Iterable<Regime> {
  const regimes = new Map<string, { distribution: Distribution; trials: RatedTrial[] }>();
  const keys = new Map<Distribution, string>(); // trials mostly share the objects
  const regimeOf = (distributions: FrozenTrial['distributions']) => {
    const distribution = ownValue(distributions, name);
    if (distribution === undefined) return undefined;
    const key = keys.get(distribution) ?? distributionToJson(distribution);
    keys.set(distribution, key);
    const regime = regimes.get(key) ?? { distribution, trials: [] };
    regimes.set(key, regime);
    return regime;
  };
  let last: FrozenTrial['distributions'] | undefined;
  let regime: ReturnType<typeof regimeOf>;
  for (const rated of trials) {
    const { distributions } = rated.trial;
    if (distributions !== last) regime = regimeOf(distributions);
    last = distributions;
    regime?.trials.push(rated);
  }
  return regimes.values();
}
