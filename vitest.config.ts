import { defineConfig } from 'vitest/config';

const condition = 'hpo-source'; // tests run src/, never a stale dist/

// `vitest run --mode slow` runs the thorough tests alone.
export default defineConfig(({ mode }) => ({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition, 'node'] } },
  test: {
    include: mode === 'slow' ? ['test/slow/**/*.test.ts'] : ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: mode === 'slow' ? [] : ['test/slow/**'],
    // Real processes on a busy machine take their time; no test asserts one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
  },
}));
