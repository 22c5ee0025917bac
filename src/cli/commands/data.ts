import { ProgressLine } from '../../reporter/progress-line.ts';
import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { printData, printLine } from '../print.ts';
import { formatOptionOf, formatRecord } from '../table.ts';

/** `hpo data` */
export const data = defineCommand({
  usage: 'data',
  describe: 'fetch CIFAR-10 into the cache, and show where it is',
  options: {
    verify: { type: 'boolean', default: false, describe: 'check every byte, and fetch wrong files again' },
    download: { type: 'boolean', default: true, describe: 'fetch missing files; --no-download: only show' },
    format: formatOptionOf(['table', 'json', 'yaml'], 'table'),
  },
  examples: [
    ['$0 data --verify', 'is what I have the official data set?'],
    ['$0 data --no-download --format json', 'for a program'],
  ],
  async run({ verify, download, format }) {
    const { cifar10Status, downloadCifar10, verifyCifar10 } = await import('../../training/index.ts');
    const out = format === 'table' ? process.stdout : process.stderr; // a program reads the path alone
    const write = (line: string) => printLine(line, out);
    if (verify) {
      const { files } = await verifyCifar10();
      for (const { name, state } of files)
        write(`${name.padEnd(18)}${state === 'present' ? 'is the official file' : state}`);
    }
    const bar = new ProgressLine(out);
    if (download) {
      await downloadCifar10({
        log: (line) => {
          bar.clear();
          write(line);
        },
        progress: (progress) => bar.show(progress),
      });
      bar.clear();
    }
    const { folder, source, isComplete, files } = await cifar10Status();
    if (!isComplete) process.exitCode = ExitCode.badInput;
    if (format !== 'table') {
      const states = files.map(({ name, state }) => ({ name, state }));
      printData(formatRecord({ complete: isComplete, folder, source, files: states }, format));
      return;
    }
    const missing = files.filter(({ state }) => state !== 'present').map(({ name, state }) => `${name} (${state})`);
    write(`CIFAR-10 ${isComplete ? 'is complete' : `lacks ${missing.join(', ')}`}`);
    write(`  folder  ${folder}`);
    if (source !== undefined) write(`  source  ${source}`);
  },
});
