import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../scripts/build-package.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

declare module 'vitest' {
  interface ProvidedContext {
    /** The root of hpo as it is installed, compiled from the sources when the tests began. */
    readonly installedHpo: string;
  }
}

/**
 * Installs hpo, as it would be published, for the tests of a project: programs that are built already start in a
 * fraction of the time. It stands among the checkout's packages, which are thus its own.
 *
 * @returns its removal.
 */
export default async function install(project: TestProject): Promise<() => void> {
  const packages = join(CHECKOUT, 'node_modules/.hpo-test');
  mkdirSync(packages, { recursive: true });
  const hpo = mkdtempSync(join(packages, 'hpo-'));
  await bundle(join(hpo, 'dist'));
  for (const part of ['bin', 'package.json', 'README.md', 'LICENSE']) {
    cpSync(join(CHECKOUT, part), join(hpo, part), { recursive: true });
  }
  project.provide('installedHpo', hpo);
  return () => rmSync(hpo, { recursive: true, force: true });
}
