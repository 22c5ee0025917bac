import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { makeFolder } from '../../../base/made-folder.ts';
import { replaceFile } from '../../../base/replace-file.ts';
import { machineCapacity } from '../../../machine/capacity.ts';
import type { Device, Packing } from '../../../machine/device.ts';
import { askNvidiaSmi } from '../../../machine/nvidia-smi.ts';
import { cacheFolder } from '../../cache-folder.ts';
import { readEnvironment } from '../../environment.ts';
import { measureTogether, type Rates } from './probe.ts';

/** Twice as many trials must train on this many times the images, or the longer wait for each is not worth it. */
const leastGain = 1.15;
/** The most trials at once: each is a process that takes memory of the machine, and a core to feed the GPU. */
const mostTrials = Math.min(16, machineCapacity().cpus);
/** None is added where this share of a card's memory is in use, since a trial may need more than the probe's net. */
const mostMemory = 0.4;

/**
 * The number of trials at once with which a device trains on the most images a second. It is measured with processes
 * that train the searched CNN in batches of 64, which takes some seconds, and kept in hpo's cache for this machine, the
 * device and HPO_GPU.
 *
 * @param log is called with a line where it has to be measured.
 */
export async function packingOf(device: Device, log: (message: string) => void): Promise<Packing> {
  const { gpu } = readEnvironment();
  const name = `${hostname()} ${device.description} ${gpu ?? ''}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const known = await read(name);
  if (known) return packingBy(known);
  log(`trying out how many trials at once ${device.description} gets most done with; once, for some seconds`);
  const rates = await measureTogether(device.backend, async (soFar) => {
    const counts = Object.keys(soFar).map(Number);
    const last = Math.max(...counts);
    return packingBy(soFar).trials === last && 2 * last <= mostTrials && (await hasMemory(gpu ?? 0));
  });
  if (Object.keys(rates).length > 0) keep(name, rates, log);
  return packingBy(rates);
}

/** The number of trials up to which each doubling pays, and the figures. */
export function packingBy(rates: Rates): Packing {
  const counts = Object.keys(rates).map(Number);
  const trials = counts.reduce(
    (best, count) => ((rates[count] as number) >= leastGain * (rates[best] as number) ? count : best),
    counts[0] ?? 1,
  );
  const figures = counts.map((count) => `${count}: ${Math.round(rates[count] as number)}`);
  const reason = figures.length > 0 ? `images a second with ${figures.join(', ')} at once` : 'a probe did not run';
  return { trials, reason };
}

/** Whether a card has memory for more trials; true where no driver says how much is in use. */
async function hasMemory(gpu: number): Promise<boolean> {
  const cards = await askNvidiaSmi(['index', 'usedBytes', 'memoryBytes']);
  const card = cards.find(({ index }) => index === gpu);
  return !(card && card.usedBytes > mostMemory * card.memoryBytes);
}

const fileOf = (name: string): string => cacheFolder('packing', `${name}.json`);

async function read(name: string): Promise<Rates | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(name), 'utf8')) as Rates;
  } catch {
    return undefined; // not there yet, damaged, or there is no cache
  }
}

/** Keeps rates in the cache, without which a run goes on. */
function keep(name: string, rates: Rates, log: (message: string) => void): void {
  try {
    const file = fileOf(name);
    makeFolder(dirname(file), 'cache');
    replaceFile(file, `${JSON.stringify(rates)}\n`);
  } catch (error) {
    log(`these figures are not kept: ${(error as Error).message}`);
  }
}
