import { existsSync } from 'node:fs';

/** Where Debian's chromium-common puts the description of SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Has WebGPU run on SwiftShader in this process and its children, where it is installed, so that the tests compute the
 * same everywhere; `npm run check:gpu` (HPO_CHECK_GPU) leaves them the real GPU. Call it before the backend is loaded.
 */
export function takeSoftwareGpu(): void {
  if (process.env.HPO_CHECK_GPU || !existsSync(swiftShader)) return;
  process.env.VK_DRIVER_FILES = swiftShader;
  process.env.VK_ICD_FILENAMES = swiftShader; // the name of the same for older loaders
}
