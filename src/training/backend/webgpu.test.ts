import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isAvailable } from '../../../test/support/on-backends.ts';
import { hasSoftwareGpu } from '../../../test/support/software-gpu.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { NativeLines } from '../../runner/wire/native-lines.ts';
import { probeBackends } from './device.ts';
import { hasVulkanLoader, vulkanDrivers } from './vulkan-drivers.ts';

/** The output of a process without the lines that drivers and their layers wrote while they were loaded. */
function ownWords(output: string): string {
  const lines = new NativeLines();
  const taken = output.split('\n').flatMap((line) => lines.take(line) ?? []);
  return taken.flatMap(({ text, isNative }) => (isNative ? [] : text)).join('\n');
}

/** The output of a process of `webgpu-child.ts`, which has to end by itself and to leave stderr empty. */
async function said(
  task: string,
  env: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<string> {
  const flags = ['--import', 'tsx', '--conditions', 'hpo-source', ...more];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...flags, 'test/support/webgpu-child.ts', task],
    { env: { ...process.env, ...env } },
  );
  expect(ownWords(stderr)).toBe('');
  return ownWords(stdout);
}

describe('WebGPU on the adapter of this machine', async () => {
  const here = await isAvailable('webgpu');
  const adapter = test.skipIf(!here);
  const software = test.skipIf(!here || !hasSoftwareGpu || process.env.HPO_CHECK_GPU !== undefined);

  adapter('computes and lets its process end', async () => {
    expect((await said('compute')).split('\n')[1]).toBe('[7,10,15,22]');
  });

  software('says that it is software, which auto leaves alone', async () => {
    expect(await said('compute')).toMatch('WebGPU on SwiftShader (software, slow)');
    const probe = (await probeBackends()).find(({ name }) => name === 'webgpu');
    expect(probe).toEqual({
      name: 'webgpu',
      available: false,
      chosen: false,
      description: 'there is only a software adapter, SwiftShader, and it is slow (try: --backend webgpu)',
    });
  });

  adapter('takes the adapter that HPO_GPU names, and tells those that there are instead of another', async () => {
    expect((await said('compute', { HPO_GPU: '0' })).split('\n')[1]).toBe('[7,10,15,22]');
    expect(await said('compute', { HPO_GPU: '99' })).toMatch(
      /^HpoError: the backend 'webgpu' is not available: there is no GPU 99 for WebGPU: the adapters are 0 \w.+\n$/,
    );
  });

  adapter('a lost device is told by whoever reads next', async () => {
    expect(await said('lose')).toMatch(/^HpoError: the connection to .+ was lost: .+\n$/);
  });

  software('full memory is told with what helps', async () => {
    expect(await said('exhaust')).toBe(
      'HpoError: SwiftShader Device (Subzero) is out of memory: take smaller batches or fewer workers (--workers)\n',
    );
  });
});

describe.skipIf(process.platform !== 'linux')('without a Vulkan driver', () => {
  const nowhere = { VK_DRIVER_FILES: '/nonexistent', VK_ICD_FILENAMES: '' };

  test('the reason says what to install', async () => {
    expect(await said('compute', nowhere)).toBe(
      "HpoError: the backend 'webgpu' is not available: no Vulkan driver is installed (try, with an NVIDIA card: apt install libvulkan1 nvidia-vulkan-icd, or in a container: NVIDIA_DRIVER_CAPABILITIES=all; with another: apt install libvulkan1 mesa-vulkan-drivers)\n",
    );
  });

  test('a driver that does not load is named, with what it may lack', async () => {
    const file = join(tempFolder(), 'driver.json');
    const driver = { file_format_version: '1.0.0', ICD: { library_path: 'libnowhere.so', api_version: '1.3.0' } };
    await writeFile(file, JSON.stringify(driver));
    const words = hasVulkanLoader()
      ? `no Vulkan driver of ${file} works here (NVIDIA's needs: apt install libegl1 libgl1, and in a container NVIDIA_DRIVER_CAPABILITIES=all; another may be too old: apt install mesa-vulkan-drivers)`
      : "Vulkan's loader is not installed (try: apt install libvulkan1)";
    const env = { VK_DRIVER_FILES: file, VK_ICD_FILENAMES: '' };
    expect(await said('compute', env)).toBe(`HpoError: the backend 'webgpu' is not available: ${words}\n`);
  });

  test('none is found in empty folders', () => {
    expect(vulkanDrivers(nowhere)).toEqual([]);
    const named = { VK_DRIVER_FILES: `/nonexistent:${import.meta.filename}` };
    expect(vulkanDrivers(named)).toEqual([import.meta.filename]);
  });
});

test('without its packages the reason is the command that installs them', async () => {
  expect(await said('compute', {}, ['--import', './test/support/without-webgpu.js'])).toBe(
    "HpoError: the backend 'webgpu' is not available: its packages are not installed (try: npx hpo setup tfjs)\n",
  );
});
