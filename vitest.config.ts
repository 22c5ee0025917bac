import { defineConfig } from 'vitest/config';

const CONDITION = 'hpo-source'; // tests run src/, never a stale dist/

/** Tests that compile and run the kernels of a backend that is slow here: SwiftShader, or plain JavaScript. */
const KERNELS = [
  'src/training/{kernels,ops,optimizers}/**/*.test.ts',
  'src/training/backend/**/*.test.ts',
  'src/training/{insight,layers}/backends.test.ts',
  'src/training/loop/{resume,webgpu}.test.ts',
];

/** Compiles and installs hpo for tests that run its programs. */
const INSTALLED = 'test/support/installed-hpo.ts';

/** Gives databases to tests that ask for one. */
const POSTGRES = 'test/support/postgres-setup.ts';

/**
 * Where a test stands is said in test/README.md. A limit is some ten times what the longest test of a project takes. Files
 * of units and of programs share their processes: with one for each file, a third of the units' time went into imports.
 */
const PROJECTS = [
  {
    name: 'unit',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/*.test.ts'],
    exclude: KERNELS,
    seconds: 60,
    isolate: false,
    globalSetup: POSTGRES,
  },
  { name: 'kernels', include: KERNELS, seconds: 180 },
  {
    name: 'process',
    include: ['test/{cli,command,runner,storage,study,testing}/**/*.test.ts'],
    seconds: 180,
    isolate: false,
    globalSetup: INSTALLED,
  },
  {
    name: 'faults',
    include: ['test/faults/**/*.test.ts'],
    seconds: 180,
    isolate: false,
    globalSetup: INSTALLED,
  },
  {
    name: 'machines',
    include: ['test/machines/**/*.test.ts'],
    seconds: 180,
    isolate: false,
    globalSetup: [INSTALLED, POSTGRES],
  },
  {
    name: 'dashboard',
    include: ['test/dashboard/**/*.test.ts'],
    seconds: 180,
    globalSetup: [INSTALLED, POSTGRES],
  },
  {
    name: 'published',
    include: ['test/{create,docs,examples,packaging,report,studies}/**/*.test.ts'],
    seconds: 180,
    globalSetup: INSTALLED,
  },
  { name: 'golden', include: ['test/golden/**/*.test.ts'], seconds: 300 },
  { name: 'interop', include: ['test/interop/**/*.test.ts'], seconds: 180, globalSetup: [INSTALLED, POSTGRES] },
  {
    name: 'slow',
    include: ['test/slow/**/*.test.ts'],
    seconds: 900,
    globalSetup: [INSTALLED, POSTGRES, 'test/slow/tables.ts'],
  },
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3, // on two processors: programs and terminals are waited for in a third of the time
    maxConcurrency: 3, // tests of programs start several processes each
    projects: PROJECTS.map(({ seconds, ...project }) => ({
      resolve: { conditions: [CONDITION] },
      ssr: { resolve: { conditions: [CONDITION, 'node'] } },
      test: {
        ...project,
        setupFiles: 'test/support/each-file.ts',
        testTimeout: seconds * 1000,
        hookTimeout: seconds * 1000,
      },
    })),
  },
});
