/**
 * The weights of `count` observations, the oldest first: all 1 for fewer than 25; otherwise the newest 25 weigh 1 and
 * the weights of the older ones rise evenly to 1 from 1 / count. Optuna's rule.
 * @param weights the array to set, of this length; default: a new one.
 */
export function ageWeights(count: number, weights: Float64Array = new Float64Array(count)): Float64Array {
  const older = Math.max(count - 25, 0);
  weights.fill(1, older);
  const least = 1 / count;
  const rise = older > 1 ? (1 - least) / (older - 1) : 0;
  for (let i = 0; i < older; i++) weights[i] = least + i * rise;
  return weights;
}
