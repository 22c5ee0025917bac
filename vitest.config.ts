import { defineConfig } from 'vitest/config';

const condition = 'hpo-source'; // tests run src/, never a stale dist/

export default defineConfig({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition, 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/slow/**', 'node_modules/**', 'dist/**'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
