import { afterAll } from 'vitest';
import { endFile } from './after-file.ts';

// Executed for each file of tests: files that share a process load the other modules of test/support once.
afterAll(endFile);

delete process.env.HPO_STORAGE; // the studies of whoever runs the tests are not theirs
