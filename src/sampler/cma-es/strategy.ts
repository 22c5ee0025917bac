/** The constants of CMA-ES for a number of dimensions and a population size, by the names of Hansen's tutorial. */
export interface Strategy {
  readonly populationSize: number;
  /** µ: how many of a generation are parents. */
  readonly parents: number;
  /** w: the weights of a generation from the best point to the worst; those behind the parents may be negative. */
  readonly weights: Float64Array;
  /** µ_eff */
  readonly effective: number;
  /** c_c */
  readonly pathRate: number;
  /** c_1 */
  readonly rankOneRate: number;
  /** c_µ */
  readonly rankMuRate: number;
  /** c_σ */
  readonly stepPathRate: number;
  /** d_σ */
  readonly stepDamping: number;
  /** E‖N(0, I)‖ */
  readonly expectedLength: number;
}

/** The default population size λ = 4 + ⌊3 ln n⌋ (tutorial, 48). */
export function defaultPopulationSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(Math.max(dimensions, 1)));
}

const sumOf = (numbers: Float64Array) => numbers.reduce((sum, x) => sum + x, 0);
const squaresOf = (numbers: Float64Array) => numbers.reduce((sum, x) => sum + x * x, 0);

/**
 * The constants of Hansen's tutorial (2016, arXiv 1604.00772, 49 to 58), as the library `cmaes` has them.
 * @param active whether bad points have negative weights; CatCMA's have none.
 */
export function fullStrategy(dimensions: number, populationSize: number, active: boolean): Strategy {
  const parents = Math.floor(populationSize / 2);
  const raw = Float64Array.from({ length: populationSize }, (_, i) => {
    return Math.log((populationSize + 1) / 2) - Math.log(i + 1);
  });
  const good = raw.subarray(0, parents);
  const bad = raw.subarray(parents);
  const effective = sumOf(good) ** 2 / squaresOf(good);
  const effectiveBad = sumOf(bad) ** 2 / squaresOf(bad);
  const rankOneRate = 2 / ((dimensions + 1.3) ** 2 + effective);
  const rankMuRate = Math.min(
    1 - rankOneRate - 1e-8,
    (2 * (effective - 2 + 1 / effective)) / ((dimensions + 2) ** 2 + effective),
  );
  const badScale = Math.min(
    1 + rankOneRate / rankMuRate,
    1 + (2 * effectiveBad) / (effective + 2),
    (1 - rankOneRate - rankMuRate) / (dimensions * rankMuRate),
  );
  const positive = sumOf(active ? raw.filter((w) => w > 0) : good);
  const negative = -sumOf(raw.filter((w) => w < 0));
  const weights = raw.map((w, i) => {
    if (!active) return i < parents ? w / positive : 0;
    return w >= 0 ? w / positive : (badScale / negative) * w;
  });
  const ratio = effective / dimensions;
  return {
    populationSize,
    parents,
    weights,
    effective,
    pathRate: (4 + ratio) / (dimensions + 4 + 2 * ratio),
    rankOneRate,
    rankMuRate,
    ...stepControl(dimensions, effective, 5),
  };
}

/** The constants of the separable variant (Ros and Hansen 2008), as the library `cmaes` has them. */
export function separableStrategy(dimensions: number, populationSize: number): Strategy {
  const parents = Math.floor(populationSize / 2);
  const raw = Float64Array.from({ length: parents }, (_, i) => Math.log(parents + 1) - Math.log(i + 1));
  const sum = sumOf(raw);
  const weights = new Float64Array(populationSize);
  weights.set(raw.map((w) => w / sum));
  const effective = 1 / squaresOf(weights);
  const full =
    2 / effective / (dimensions + Math.SQRT2) ** 2 +
    (1 - 1 / effective) * Math.min(1, (2 * effective - 1) / ((dimensions + 2) ** 2 + effective));
  return {
    populationSize,
    parents,
    weights,
    effective,
    pathRate: 4 / (dimensions + 4),
    rankOneRate: 2 / ((dimensions + 1.3) ** 2 + effective),
    rankMuRate: ((dimensions + 2) / 3) * full,
    ...stepControl(dimensions, effective, 3),
  };
}

function stepControl(dimensions: number, effective: number, offset: number) {
  const stepPathRate = (effective + 2) / (dimensions + effective + offset);
  return {
    stepPathRate,
    stepDamping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (dimensions + 1)) - 1) + stepPathRate,
    expectedLength: Math.sqrt(dimensions) * (1 - 1 / (4 * dimensions) + 1 / (21 * dimensions ** 2)),
  };
}
