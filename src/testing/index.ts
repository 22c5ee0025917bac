/**
 * hpo/testing: the checks that hpo's own samplers, pruners and storages are held to, for those of others.
 *
 * Each check is a name and a function that rejects where it is not met, so that any runner can run it:
 *
 * ```ts
 * import { test } from 'node:test'; // or from 'vitest'
 * import { samplerChecks } from 'hpo/testing';
 *
 * for (const { name, run } of samplerChecks({ make: () => mySampler() })) test(name, run);
 * ```
 */

export type { Check } from './check.ts';
export { type PrunerSetup, prunerChecks } from './pruner-checks.ts';
export { type SamplerSetup, samplerChecks } from './sampler-checks.ts';
export type { StorageSetup } from './storage/storage-setup.ts';
export { storageChecks } from './storage-checks.ts';
