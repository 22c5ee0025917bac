import { existsSync } from 'node:fs';

/** Whether this is a checkout of hpo, which runs its sources and not a dist/ that may be stale. */
export const isCheckout = existsSync(new URL('../src/index.ts', import.meta.url));
