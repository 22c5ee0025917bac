import { ownValue } from '../../base/own-value.ts';
import type { Distribution } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** The trials that drew a parameter from one distribution. */
export interface Regime {
  readonly distribution: Distribution;
  readonly trials: readonly FrozenTrial[];
}

/** The regimes of a parameter among trials. Trials without the parameter are in none. */
export function regimesOf(name: string, trials: readonly FrozenTrial[]): Iterable<Regime> {
  const regimes = new Map<string, { distribution: Distribution; trials: FrozenTrial[] }>();
  const keys = new Map<Distribution, string>(); // trials mostly share the objects
  for (const trial of trials) {
    const distribution = ownValue(trial.distributions, name);
    if (distribution === undefined) continue;
    const key = keys.get(distribution) ?? distributionToJson(distribution);
    keys.set(distribution, key);
    const regime = regimes.get(key);
    if (regime === undefined) regimes.set(key, { distribution, trials: [trial] });
    else regime.trials.push(trial);
  }
  return regimes.values();
}
