import { describe, expect, it } from 'vitest';
import { Rng } from './rng.ts';

const draws = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.uniform());

describe('a stream of draws', () => {
  it('is fixed by seed, trial and purpose, for ever', () => {
    expect(draws(Rng.of(20, 3, 'sampler'), 3)).toEqual(draws(Rng.of(20, 3, 'sampler'), 3));
    expect(draws(Rng.of(20, 3, 'sampler'), 3)).toMatchInlineSnapshot(`
      [
        0.1863136841613833,
        0.035946842384816685,
        0.5225671880387722,
      ]
    `);
    const others = [
      Rng.of(21, 3, 'sampler'),
      Rng.of(20, 4, 'sampler'),
      Rng.of(20, 3, 'shuffle'),
      Rng.of(2, 3, 'sampler'),
      Rng.ofStudy(20, 'sampler'),
      Rng.ofStudy(20, 'shuffle'),
      Rng.ofStudy(21, 'sampler'),
    ];
    const first = new Set([Rng.of(20, 3, 'sampler'), ...others].map((rng) => rng.uniform()));
    expect(first.size).toBe(8);
  });

  it('has the moments of its distributions', () => {
    const rng = new Rng('moments');
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const uniform = Array.from({ length: 40_000 }, () => rng.uniform(-1, 3));
    expect(uniform.every((value) => value >= -1 && value < 3)).toBe(true);
    expect(mean(uniform)).toBeCloseTo(1, 1);
    const normal = Array.from({ length: 40_000 }, () => rng.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(normal.map((value) => value ** 4))).toBeGreaterThan(2.8);
  });

  it('draws every integer, and permutations that hold each once', () => {
    const rng = new Rng('integers');
    const counts = new Map<number, number>();
    for (let i = 0; i < 6000; i++) {
      const drawn = rng.integer(6);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
    expect([...rng.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect([rng.permutation(0).length, rng.integer(1)]).toEqual([0, 0]);
  });

  it('draws each permutation as often as the others', () => {
    const rng = new Rng('permutations');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const drawn = rng.permutation(3).join('');
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
  });
});
