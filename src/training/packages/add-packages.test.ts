import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Files, temporaryFolder } from '../../../test/support/run-hpo.ts';
import { addTrainingPackages } from './add-packages.ts';
import { trainingPackages, versionOf } from './training-packages.ts';

const { PATH } = process.env;
afterEach(() => void Object.assign(process.env, { PATH }));

/** The files of packages in node_modules, as an installation leaves them. */
function installed(
  names: readonly Parameters<typeof versionOf>[0][],
  versions: Readonly<Record<string, string>> = {},
): Files {
  const files = names.map((name) => [
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version: versions[name] ?? versionOf(name) }),
  ]);
  return Object.fromEntries(files);
}

const declared = (names: readonly string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) });

/** The end of an attempt where no package manager can be started, and the line about what would be done. */
async function attempt(folder: string, webgpu?: boolean) {
  process.env.PATH = join(folder, 'nowhere');
  const log: string[] = [];
  const options = { folder, log: (line: string) => void log.push(line), ...(webgpu !== undefined && { webgpu }) };
  const result = await addTrainingPackages(options).catch(({ code, message }) => [code, message]);
  return { result, log };
}

describe('adding the packages of hpo/tfjs', () => {
  it('is done where one is missing, of another version or not in package.json, for those alone', async () => {
    const [core, layers] = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'] as const;
    const others = trainingPackages().filter((name) => name !== core && name !== layers);
    const folder = temporaryFolder({
      'package.json': declared([core, ...others.filter((name) => name !== 'webgpu')]),
      'pnpm-lock.yaml': '',
      ...installed([core, layers, ...others.filter((name) => name !== 'sharp')], { [core]: '4.20.0' }),
      'src/deep/a.ts': '',
    });
    const { result, log } = await attempt(join(folder, 'src/deep'));
    const wanted = [`${core}@4.22.0`, `${layers}@4.22.0`, `webgpu@${versionOf('webgpu')}`, 'sharp'];
    expect(log).toEqual([`adding to ${join(folder, 'package.json')}: pnpm add --save-exact ${wanted.join(' ')}`]);
    expect(result).toEqual(['HPO_INSTALLATION', 'pnpm could not add the packages of hpo/tfjs: it is not installed']);
  });

  it('is not done where all are there, with WebGPU or without, in the project or its workspace', async () => {
    const names = trainingPackages({ webgpu: false });
    const folder = temporaryFolder({
      'package.json': declared(names),
      'packages/app/package.json': '{}',
      ...installed(names),
    });
    expect(await attempt(join(folder, 'packages/app'), false)).toEqual({ result: false, log: [] });
    expect((await attempt(folder)).log).toEqual([expect.stringMatching(/: npm install .* webgpu@[\d.]+$/)]);
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(declared(names));
  });

  it('is refused outside of a project', async () => {
    const folder = temporaryFolder();
    const mend = "go to your project's folder, or make it one with `npm init -y`";
    const { result } = await attempt(folder);
    expect(result).toEqual(['HPO_INSTALLATION', `There is no package.json in ${folder} or above it; ${mend}.`]);
  });
});
