import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The files by which Vulkan drivers are registered where the loader looks for them on Linux: those that VK_DRIVER_FILES
 * or VK_ICD_FILENAMES name, else those in the `vulkan/icd.d` of the configuration and data folders. A registered driver
 * need not work. Dawn is asked for an adapter only where there is one, since it writes warnings to stderr otherwise.
 */
export function vulkanDrivers(env: NodeJS.ProcessEnv = process.env): string[] {
  const named = env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES;
  if (named) return named.split(delimiter).filter(existsSync);
  const home = env.HOME ?? homedir();
  const bases = [
    env.XDG_CONFIG_HOME ?? join(home, '.config'),
    ...listed(env.XDG_CONFIG_DIRS, '/etc/xdg'),
    '/etc',
    env.XDG_DATA_HOME ?? join(home, '.local', 'share'),
    ...listed(env.XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ];
  return bases.flatMap((base) => registeredIn(join(base, 'vulkan', 'icd.d')));
}

/** Whether the system's loader finds Vulkan's own, by which Dawn reaches the drivers on Linux. */
export function hasVulkanLoader(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
    return true;
  } catch (reason) {
    return !(reason as Error).message.includes('cannot open shared object file'); // it is there, but is no addon
  }
}

function listed(paths: string | undefined, otherwise: string): string[] {
  return (paths || otherwise).split(delimiter);
}

function registeredIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}
