import { crc32 } from 'node:zlib';
import { naturalLog } from '../math/natural-log.ts';

/** The division of a study's trials into the brackets of Hyperband. */
export interface Brackets {
  /** The name of the division: equal where all trials are in the same brackets. */
  readonly key: string;
  /** The number of brackets. Bracket i leaves out the i lowest rungs. */
  readonly count: number;
  /** The bracket of a trial, by the name of its study and its number alone. */
  of(study: string, number: number): number;
}

/**
 * Optuna's brackets: floor(log_η(max / min)) + 1 of them, where bracket i gets a share of the trials in proportion to
 * ceil(count · η^(count − 1 − i) / (count − i)), and the CRC-32 of `<study>_<number>` decides which.
 */
export function bracketsOf(minResource: number, maxResource: number, reductionFactor: number): Brackets {
  // In floating point, as Python computes it: log(243) / log(3) is 4.999…, which makes five brackets where the formula
  // means six. Math.log differs from Python's in the last place, and six would divide the trials otherwise than Optuna.
  const count = Math.floor(naturalLog(maxResource / minResource) / naturalLog(reductionFactor)) + 1;
  const shares = Array.from({ length: count }, (_, bracket) => {
    const rungs = count - bracket;
    return Math.ceil((count * reductionFactor ** (rungs - 1)) / rungs);
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Object.freeze<Brackets>({
    key: `${count} by ${reductionFactor}`,
    count,
    of: (study, number) => {
      let place = crc32(`${study}_${number}`) % total;
      return shares.findIndex((share) => {
        place -= share;
        return place < 0;
      });
    },
  });
}
