import { afterAll } from 'vitest';
import { endFile } from './after-file.ts';

// Executed for each file of tests: files that share a process load the other modules of test/support once.
afterAll(endFile);
