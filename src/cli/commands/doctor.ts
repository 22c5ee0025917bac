import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { VERSION } from '../../version.ts';
import { command } from '../command.ts';
import { formatOptionOf, formatRecord } from '../table.ts';

/** `hpo doctor` */
export const doctor = command({
  usage: 'doctor',
  describe: 'tell which backends there are for training, which one is taken and why not the others',
  options: { format: formatOptionOf(['table', 'json', 'yaml'], 'table') },
  examples: [
    ['$0 doctor', 'which backend will a study train with?'],
    ['$0 doctor --format json', 'for a program, or a report of a bug'],
  ],
  async run({ format }) {
    const { cacheFolder, probeBackends } = await import('../../training/index.ts');
    if (format !== 'table') {
      const backends = (await probeBackends()).map(({ name, available, chosen, description }) => ({
        name,
        available,
        chosen,
        description,
      }));
      const machine = { platform: platform(), arch: arch(), cores: availableParallelism(), memoryBytes: totalmem() };
      const report = { hpo: VERSION, node: process.version, machine, cache: cacheFolder(), backends };
      process.stdout.write(formatRecord(report, format));
      return;
    }
    const model = cpus()[0]?.model.trim() ?? arch();
    const rows = [
      ['hpo', `${VERSION}, Node ${process.version}, ${platform()} ${arch()}`],
      ['machine', `${availableParallelism()} cores (${model}), ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`],
      ['cache', `${cacheFolder()} (HPO_CACHE sets another)`],
    ];
    for (const [name = '', text] of rows) process.stdout.write(`${name.padEnd(9)}${text}\n`);
    process.stdout.write('\nbackends for training, best first; auto takes the one marked ●\n');
    const probes = await probeBackends();
    const width = Math.max(...probes.map(({ name }) => name.length));
    for (const { name, available, chosen, description } of probes) {
      const mark = chosen ? '●' : available ? '○' : '✗';
      process.stdout.write(`  ${mark} ${name.padEnd(width)}  ${description}\n`);
    }
  },
});
