import { existsSync } from 'node:fs';

/**
 * The place where Debian's chromium-common puts the description of SwiftShader, a Vulkan driver that computes on the
 * CPU.
 */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Whether the tests' software GPU is installed here. */
export const hasSoftwareGpu = existsSync(swiftShader);

/**
 * Makes WebGPU run on SwiftShader in this process and its children, so that the tests compute the same everywhere,
 * whatever other drivers there are; where SwiftShader is not installed, it finds none. `npm run check:gpu`
 * (HPO_CHECK_GPU) leaves them the real GPU. Call it before the backend is loaded.
 */
export function takeSoftwareGpu(): void {
  if (process.env.HPO_CHECK_GPU) return;
  const driver = hasSoftwareGpu ? swiftShader : '/nonexistent';
  process.env.VK_DRIVER_FILES = driver;
  process.env.VK_ICD_FILENAMES = driver; // the older loaders' name for it
}

/**
 * An environment in which Vulkan's loader writes to stderr by itself, as the drivers of a desktop do: a variable asks
 * for it, and there is nothing to load.
 */
export const noisyDrivers: Readonly<Record<string, string>> = {
  VK_DRIVER_FILES: import.meta.filename,
  VK_ICD_FILENAMES: import.meta.filename,
  VK_LOADER_DEBUG: 'all',
};
