import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT, temporaryFolder } from '../../../test/support/run-hpo.ts';
import { describeLacking, lackingPackages, trainingPackages, versionOf } from './training-packages.ts';

const manifest = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));

/** The folder of a project with these versions of packages, and the function that finds packages from there. */
function requireIn(versions: Readonly<Record<string, string>>): NodeJS.Require {
  const files = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version }),
  ]);
  return createRequire(join(temporaryFolder(Object.fromEntries(files)), 'package.json'));
}

it("package.json has each of hpo/tfjs's packages as an optional peer of any version", () => {
  for (const name of trainingPackages()) {
    expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true });
    expect(manifest.peerDependencies[name], name).toBe('*');
  }
  const others = Object.keys(manifest.peerDependencies).filter(
    (name) => !trainingPackages().some((own) => own === name),
  );
  expect(others).toEqual(['fast-check', 'pg']);
});

it('nothing is lacking in this checkout', () => {
  expect(lackingPackages()).toEqual([]);
});

it('what is lacking is named: all of TensorFlow.js, or each package with its version', () => {
  const core = '@tensorflow/tfjs-core';
  expect(describeLacking(lackingPackages(trainingPackages(), requireIn({})))).toBe(
    'TensorFlow.js, which is not installed',
  );
  const all = Object.fromEntries(trainingPackages().map((name) => [name, versionOf(name).replace('^', '')]));
  expect(lackingPackages(trainingPackages(), requireIn(all))).toEqual([]);
  const old = requireIn({ ...all, [core]: '4.20.0' });
  expect(describeLacking(lackingPackages(trainingPackages(), old))).toBe(`${core} ${versionOf(core)} (here is 4.20.0)`);
  const { sharp: _, ...others } = all;
  expect(lackingPackages(trainingPackages(), requireIn(others))).toEqual([
    { name: 'sharp', wanted: versionOf('sharp'), found: undefined, isOptional: true },
  ]);
  expect(trainingPackages({ webgpu: false })).not.toContain('webgpu');
});
