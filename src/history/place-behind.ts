/** The index behind the last of the values that are no greater than `value`; NaN comes after every number. */
export function placeBehind(value: number, ascending: readonly number[]): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = ascending[middle] as number;
    if (other <= value || (Number.isNaN(value) && !Number.isNaN(other))) low = middle + 1;
    else high = middle;
  }
  return low;
}
