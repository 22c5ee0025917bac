import { HpoError } from '../../base/errors.ts';
import { hasVulkanLoader, vulkanDrivers } from './vulkan-drivers.ts';

/** An adapter with the names that people know it by. */
export interface NamedAdapter {
  /** Must stay reachable as long as anything of the adapter is used: Dawn frees all of that together with it. */
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  /** The card, or the software that stands in for one. */
  readonly name: string;
  /** As the adapter describes it; empty where it does not. */
  readonly driver: string;
  readonly isSoftware: boolean;
}

/** Dawn for Node, the package `webgpu`. */
type Dawn = typeof import('webgpu');

/** A name that no adapter has; asked for it, Dawn lists the names that there are. */
const noAdapter = 'adapter=:none:';

/**
 * The adapter that Dawn prefers, or one by its number.
 *
 * @param index in the order in which Dawn lists its adapters. Dawn chooses among them by name alone, so of several
 *   equal cards only the first can be had.
 * @throws Error that says in a few words why there is none, HpoError HPO_BACKEND for a number that cannot be had.
 */
export async function openAdapter(dawn: Dawn, index: number | undefined): Promise<NamedAdapter> {
  if (process.platform === 'linux') checkVulkan();
  const names = await adapterNames(dawn);
  const flags = index === undefined ? [] : [`adapter=${nameAt(names, index)}`];
  const gpu = dawn.create(flags);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error(noAdapterHere());
  const info = adapter.info as GPUAdapterInfo & { readonly isFallbackAdapter?: boolean };
  const name = names.find((known) => slug(known) === slug(info.device)) ?? (info.device || info.vendor);
  return { gpu, adapter, name, driver: info.description, isSoftware: info.isFallbackAdapter === true };
}

/** The names of all adapters, taken from the error that lists them. */
async function adapterNames(dawn: Dawn): Promise<string[]> {
  const listing = await dawn
    .create([noAdapter])
    .requestAdapter()
    .then(
      () => '',
      (reason: Error) => reason.message,
    );
  return [...listing.matchAll(/name: '(.*)'$/gm)].map(([, name = '']) => name);
}

function nameAt(names: readonly string[], index: number): string {
  const name = names[index];
  const fail = (problem: string): never => {
    throw new HpoError('HPO_BACKEND', problem, { data: { gpu: index, adapters: names } });
  };
  if (name === undefined) {
    const known = names.map((adapter, at) => `${at} ${adapter}`).join(', ') || 'none';
    return fail(`there is no GPU ${index} for WebGPU: the adapters are ${known}`);
  }
  if (names.indexOf(name) !== index) {
    return fail(
      `WebGPU cannot tell GPU ${index} from GPU ${names.indexOf(name)}, which is a ${name} too: leave --gpus out, or train with TensorFlow (hpo setup gpu)`,
    );
  }
  return name;
}

/** @throws Error where Linux lacks what every adapter needs. */
function checkVulkan(): void {
  if (vulkanDrivers().length === 0) {
    throw new Error(
      'no Vulkan driver is installed (try, with an NVIDIA card: apt install libvulkan1 nvidia-vulkan-icd, or in a container: NVIDIA_DRIVER_CAPABILITIES=all; with another: apt install libvulkan1 mesa-vulkan-drivers)',
    );
  }
  if (!hasVulkanLoader()) throw new Error("Vulkan's loader is not installed (try: apt install libvulkan1)");
}

function noAdapterHere(): string {
  if (process.platform !== 'linux') return "WebGPU finds no adapter: install or update your graphics card's driver";
  const [driver, ...others] = vulkanDrivers();
  const registered = others.length === 0 ? driver : `the ${others.length + 1} that are registered`;
  return `no Vulkan driver of ${registered} works here (NVIDIA's needs: apt install libegl1 libgl1, and in a container NVIDIA_DRIVER_CAPABILITIES=all; another may be too old: apt install mesa-vulkan-drivers)`;
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
