import { arch, cpus, platform } from 'node:os';
import { checkFolder } from '../../base/made-folder.ts';
import { VERSION } from '../../base/version.ts';
import { type Capacity, inGiB, machineCapacity } from '../../machine/capacity.ts';
import { defaultWorkers } from '../../runner/coordinator/worker-count.ts';
import { isRepairable } from '../../storage/upkeep.ts';
import { cacheFolder } from '../../training/cache-folder.ts';
import type { BackendProbe, Diagnosis, Finding } from '../../training/index.ts';
import { describeLacking, lackingPackages } from '../../training/packages/training-packages.ts';
import { defineCommand } from '../define-command.ts';
import { examineStorage } from '../examine-storage.ts';
import { ExitCode } from '../exit-code.ts';
import { text } from '../options.ts';
import { printData, printText } from '../print.ts';
import { examinationRecord, isDefect, printExamination } from '../storage-report.ts';
import { formatOptionOf, formatRecord } from '../table.ts';

/** The advice for a machine with an NVIDIA card that no TensorFlow uses. */
const SETUP_GPU = `\
\`hpo setup gpu --tensorflow 2.21\` builds TensorFlow for the card and brings its CUDA along (pip, g++ and make are needed;
some 6 GB on the disk). \`hpo setup gpu\` fetches the library of 2022, which needs CUDA 11.2 and does not know current cards.
`;

/** What is known of the backends where the packages are missing that try them. */
const NO_DIAGNOSIS: Partial<Diagnosis> & Pick<Diagnosis, 'backends' | 'nativeOutput'> = {
  backends: [],
  nativeOutput: [],
};

/** `hpo doctor` */
export const doctor = defineCommand({
  usage: 'doctor',
  describe:
    'show the backends for training, which one is taken and why not the others, and try it; or check a database',
  details:
    'With --storage it checks a database instead, and only reads: its pages, or its server and the way to it; its ' +
    'tables, rows that contradict each other or cannot be read, trials that nobody runs any more, and checkpoints in ' +
    'runs/ that no trial names. The exit ' +
    'code is 1 where something needs mending.',
  options: {
    storage: text('check this database: sqlite:///file.db, the path of an SQLite file, or postgresql://host/database'),
    checkpoints: text('the folder of the checkpoints, for --storage (default: runs/<study>/checkpoints)'),
    format: formatOptionOf(['table', 'json', 'yaml'], 'table'),
    verbose: { type: 'boolean', default: false, describe: 'show what native libraries and drivers print, too' },
  },
  examples: [
    ['$0 doctor', 'which backend will a study train with, is it sound, and how fast is it?'],
    ['$0 doctor --verbose', 'what do the drivers say?'],
    ['$0 doctor --format json', 'for a program, or a report of a bug'],
    ['$0 doctor --storage hpo.db', 'is the database sound?'],
  ],
  async run({ storage, checkpoints, format, verbose }) {
    if (storage !== undefined) {
      const examination = await examineStorage(storage, checkpoints);
      if (format === 'table')
        printExamination(examination, isRepairable(storage) ? `hpo repair --storage ${storage}` : undefined);
      else printData(formatRecord(examinationRecord(examination), format));
      if (examination.defects.some(isDefect)) process.exitCode = ExitCode.failed;
      return;
    }
    const lacking = lackingPackages();
    const isTrainable = lacking.every(({ isOptional }) => isOptional);
    const { diagnose } = isTrainable ? await import('../../training/index.ts') : {};
    const { nvidiaCards } = await import('../../training/backend/nvidia-cards.ts');
    const loadedBytes = process.memoryUsage.rss(); // like a worker's, before other backends are tried
    const { cache, cacheProblem } = lookAtCache();
    const cards = await nvidiaCards();
    const machine = {
      platform: platform(),
      arch: arch(),
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      ...machineCapacity(),
    };
    const say = (text: string) => format === 'table' && printText(text);
    say(`hpo      ${VERSION}, Node ${process.version}, ${machine.platform} ${machine.arch}\n`);
    say(`machine  ${machine.cores} cores (${machine.processor}), ${inGiB(machine.memoryBytes)} of memory\n`);
    say(`limits   ${limitsText(machine)}\n`);
    for (const { index, name, memoryBytes, driver } of cards) {
      say(`GPU ${index}    ${name}, ${inGiB(memoryBytes)} of memory, driver ${driver}\n`);
    }
    say(`cache    ${cacheProblem ?? `${cache} (HPO_CACHE sets another)`}\n`);
    if (lacking.length > 0) {
      say(`tfjs     hpo/tfjs lacks ${describeLacking(lacking)}; run \`npx hpo setup tfjs\`\n`);
    }
    if (diagnose !== undefined) say('\nbackends for training, best first; auto takes the one marked ●\n');

    const { backends, selfCheck, packing, nativeOutput } =
      (await diagnose?.((finding) => {
        say('log' in finding ? `${finding.log}\n` : describe(finding, cards.length > 0));
      })) ?? NO_DIAGNOSIS;
    const workers = packing ? undefined : defaultWorkers(machineCapacity(), loadedBytes);
    if (workers) say(`\`hpo run\` trains ${workers.workers} at once: ${workers.reason}\n`);
    if (verbose) {
      say(`\nnative libraries and drivers ${nativeOutput.length === 0 ? 'printed nothing' : 'printed:'}\n`);
      for (const line of nativeOutput) say(`  ${line}\n`);
    }
    if (format !== 'table') {
      const report = {
        hpo: VERSION,
        node: process.version,
        machine,
        nvidiaCards: cards.map((card) => ({ ...card })),
        cache: cache ?? null,
        ...(cacheProblem !== undefined && { cacheProblem }),
        backends: backends.map((backend) => ({ ...backend })),
        ...(lacking.length > 0 && {
          lacking: lacking.map(({ name, wanted, found }) => ({ name, wanted, found: found ?? null })),
        }),
        ...(selfCheck && { selfCheck: { ...selfCheck } }),
        ...(packing && { packing: { ...packing } }),
        ...(workers && { workers: { ...workers } }),
        ...(verbose && { nativeOutput: [...nativeOutput] }),
      };
      printData(formatRecord(report, format));
    }
    if (selfCheck?.isSound === false) process.exitCode = ExitCode.failed;
  },
});

/** The folder of the cache, or the reason why it cannot be used. */
function lookAtCache(): { readonly cache?: string; readonly cacheProblem?: string } {
  let cache: string | undefined;
  try {
    cache = cacheFolder();
    checkFolder(cache, 'cache');
    return { cache };
  } catch (error) {
    return { ...(cache !== undefined && { cache }), cacheProblem: (error as Error).message };
  }
}

/** The limits of the machine, which bound the number of workers of a run. */
function limitsText({ quota, memoryLimitBytes, freeBytes }: Capacity): string {
  const limits = [
    quota === undefined ? [] : `${Math.round(quota * 10) / 10} cores`,
    memoryLimitBytes === undefined ? [] : `${inGiB(memoryLimitBytes)} of memory`,
  ].flat();
  const free = `${inGiB(freeBytes)} of memory are free`;
  return limits.length === 0 ? `none of a container; ${free}` : `${limits.join(' and ')} for this container; ${free}`;
}

/** The line about a backend that was tried. @param hasCard whether there is an NVIDIA card. */
function describe(finding: Exclude<Finding, { readonly log: string }>, hasCard: boolean): string {
  if ('backends' in finding) return describeBackends(finding.backends, hasCard);
  if ('packing' in finding)
    return `\`hpo run\` packs ${finding.packing.trials} trials on it: ${finding.packing.reason}\n`;
  const { backend, isSound, gradientError, imagesPerSecond } = finding.selfCheck;
  const soundness = isSound
    ? `${backend} is sound: its gradients are those of plain JavaScript within ${gradientError.toExponential(0)};`
    : `${backend} is NOT sound: its gradients are off by ${gradientError}; take another with --backend, and report it;`;
  return `\n${soundness}\nit trains the searched CNN on ${Math.round(imagesPerSecond)} images a second in one process\n`;
}

function describeBackends(backends: readonly BackendProbe[], hasCard: boolean): string {
  const width = Math.max(...backends.map(({ name }) => name.length));
  const lines = backends.map(({ name, available, chosen, description }) => {
    return `  ${chosen ? '●' : available ? '○' : '✗'} ${name.padEnd(width)}  ${description}\n`;
  });
  const hasTensorflow = backends.some(({ name, available }) => name === 'tensorflow (GPU)' && available);
  return `${lines.join('')}${hasCard && !hasTensorflow ? `\n${SETUP_GPU}` : ''}`;
}
