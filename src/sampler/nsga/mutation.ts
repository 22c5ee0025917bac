import type { Draws } from './crossover.ts';

/**
 * Polynomial mutation (Deb et al. 2002; revision 1.1.6 of their C code): a place between `low` and `high`, the nearer to
 * the present one the greater `eta` is.
 */
export function polynomialMutation(place: number, low: number, high: number, eta: number, random: Draws): number {
  const u = random.uniform();
  const width = high - low;
  if (width <= 0) return place;
  const power = eta + 1;
  const isDown = u <= 0.5;
  const rest = 1 - (isDown ? place - low : high - place) / width;
  const value = isDown ? 2 * u + (1 - 2 * u) * rest ** power : 2 * (1 - u) + 2 * (u - 0.5) * rest ** power;
  const moved = place + (isDown ? value ** (1 / power) - 1 : 1 - value ** (1 / power)) * width;
  return Math.min(Math.max(moved, low), high);
}
