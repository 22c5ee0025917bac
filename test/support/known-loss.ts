/** The parameters of the studies of `writeStudy`. */
export interface KnownParams {
  readonly x: number;
  readonly lr: number;
  readonly shape: string;
}

/** A loss by exact arithmetic alone, the same bit for bit in every language, so that each stored value can be checked. */
export function knownLoss({ x, lr, shape }: KnownParams): number {
  return (x - 2) * (x - 2) + lr * lr + (shape === 'b' ? 0 : 1);
}

/** The report at a step: it approaches the loss. */
export function knownReport(params: KnownParams, step: number): number {
  return knownLoss(params) + 3 - step;
}

/** The number of reports of a trial that is not pruned. */
export const KNOWN_STEPS = 4;
