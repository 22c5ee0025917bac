/**
 * Divides a number of images among classes by their shares: each gets the whole part of its share, and those with the
 * largest remainders one more (Hamilton's method; of equal remainders the first class).
 *
 * @param total whole number, at most the sum of `room`.
 * @param weights of the classes, in whose proportions the total is divided.
 * @param room the most that each class can have; what one has no room for goes to the others.
 * @returns whole numbers with the sum `total`.
 */
export function apportion(total: number, weights: ArrayLike<number>, room: ArrayLike<number>): Uint32Array {
  const sum = Array.from(weights).reduce((all, weight) => all + weight, 0);
  const shares = Array.from(weights, (weight) => (total * weight) / sum);
  const parts = Uint32Array.from(shares, (share, at) => Math.min(Math.floor(share), room[at] as number));
  let left = total - parts.reduce((all, part) => all + part, 0);
  const remainder = (at: number): number => (shares[at] as number) - (parts[at] as number);
  while (left > 0) {
    const open = [...parts.keys()].filter((at) => (parts[at] as number) < (room[at] as number));
    open.sort((a, b) => remainder(b) - remainder(a) || a - b);
    for (const at of open.slice(0, left)) parts[at] = (parts[at] as number) + 1;
    left -= Math.min(left, open.length);
  }
  return parts;
}
