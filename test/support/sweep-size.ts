/** The part of their full size at which the sweeps run, by the variable SWEEP: 0.02 takes minutes. */
export const SWEEP_SIZE = Number(process.env.SWEEP || 1);

/** The seed of the sweeps, by the variable SWEEP_SEED. */
export const SWEEP_SEED = Number(process.env.SWEEP_SEED || 14);

/** A number of cases of the full sweep, at the present size: at least `least`. */
export function scaled(full: number, least = 1): number {
  return Math.max(least, Math.round(full * SWEEP_SIZE));
}

/** A row of a table of figures, by columns. */
export type SweepRow = Readonly<Record<string, string | number>>;
