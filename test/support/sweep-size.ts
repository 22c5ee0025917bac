/** The part of their full size at which the sweeps run, by the variable SWEEP: 0.02 takes minutes. */
export const SWEEP_SIZE = Number(process.env.SWEEP || 1);

/** The seed of the sweeps, by the variable SWEEP_SEED. */
export const SWEEP_SEED = Number(process.env.SWEEP_SEED || 14);

/** The part of the cases that a run takes, by the variable SWEEP_PART: 2/8 is the second of eight. */
const [PART = 0, PARTS = 0] = (process.env.SWEEP_PART || '1/1').split('/').map(Number);
if (!(PART >= 1 && PART <= PARTS))
  throw new Error(`SWEEP_PART=${process.env.SWEEP_PART}: expected a part such as 2/8.`);

/** The cases of this part of a sweep, from everywhere in it. All parts together take each case once. */
export function partOf<T>(cases: readonly T[]): readonly T[] {
  return cases.filter((_, at) => at % PARTS === PART - 1);
}

/** A number of cases of the full sweep, at the present size: at least `least`. */
export function scaled(full: number, least = 1): number {
  return Math.max(least, Math.round(full * SWEEP_SIZE));
}

/** A row of a table of figures, by columns. */
export type SweepRow = Readonly<Record<string, string | number>>;
