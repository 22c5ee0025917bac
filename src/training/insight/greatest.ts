/** The place of the greatest number, the first of equal ones; 0 where all are NaN, or there are none. */
export function greatest(numbers: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < numbers.length; at++) {
    const value = numbers[at] as number;
    const most = numbers[best] as number;
    if (value > most || (Number.isNaN(most) && !Number.isNaN(value))) best = at;
  }
  return best;
}
