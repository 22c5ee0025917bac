import { HpoError } from '../../base/errors.ts';
import { wrongValue } from '../../base/option-checks.ts';
import { ProgressLine } from '../../reporter/progress-line.ts';
import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { text } from '../options.ts';
import { printData, printLine } from '../print.ts';
import { formatOptionOf, formatRecord } from '../table.ts';

type Format = 'table' | 'json' | 'yaml';

/** `hpo data [name]` */
export const data = defineCommand({
  usage: 'data [name]',
  describe: 'fetch CIFAR-10, or weights of ResNet-18, into the cache, and show where they are',
  details:
    'Weights of ResNet-18 come from a .safetensors file with the names of torchvision, which you have or know the ' +
    'address of: hpo has no sum of one built in, so name that of its publisher by --sha256.',
  positionals: {
    name: { choices: ['cifar10', 'resnet18'] as const, default: 'cifar10' as const, describe: 'what to fetch' },
  },
  options: {
    from: text('resnet18: the .safetensors file, or its http(s) address'),
    sha256: text("resnet18: the file's SHA-256 in hexadecimal digits"),
    verify: { type: 'boolean', default: false, describe: 'check every byte, and fetch wrong files again' },
    download: { type: 'boolean', default: true, describe: 'fetch missing files; --no-download: only show' },
    format: formatOptionOf(['table', 'json', 'yaml'], 'table'),
  },
  examples: [
    ['$0 data --verify', 'is what I have the official data set?'],
    ['$0 data --no-download --format json', 'for a program'],
    ['$0 data resnet18 --from resnet18.safetensors --sha256 5c10…', 'weights for studies/transfer.ts'],
  ],
  async run({ name, verify, download, format, from, sha256 }) {
    if (name === 'resnet18') {
      await resnet18({ from, sha256, format });
      return;
    }
    if (from !== undefined || sha256 !== undefined) {
      throw new HpoError(
        'HPO_INVALID_ARGUMENT',
        '--from and --sha256 are for hpo data resnet18; CIFAR-10 has its own.',
      );
    }
    const { cifar10Status, downloadCifar10, verifyCifar10 } = await import('../../training/data/cifar10/cache.ts');
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

/** Puts the weights of a file into the cache, where one is named, and shows those that are there. */
async function resnet18({
  from,
  sha256,
  format,
}: {
  readonly from: string | undefined;
  readonly sha256: string | undefined;
  readonly format: Format;
}): Promise<void> {
  const { resnet18Status, storeResnet18 } = await import('../../training/index.ts');
  const out = format === 'table' ? process.stdout : process.stderr;
  if (from === undefined ? sha256 !== undefined : sha256 === undefined) {
    const [given, lacking] = from === undefined ? ['--sha256', '--from'] : ['--from', '--sha256'];
    throw new HpoError('HPO_INVALID_ARGUMENT', `${given} needs ${lacking} with it: the file, and its SHA-256.`);
  }
  if (from !== undefined && sha256 !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(sha256)) {
      throw new HpoError('HPO_INVALID_ARGUMENT', wrongValue('--sha256', sha256, '64 hexadecimal digits'));
    }
    const bar = new ProgressLine(out);
    try {
      await storeResnet18({ from, sha256, progress: (progress) => bar.show(progress) });
    } finally {
      bar.clear();
    }
  }
  const { file, isPresent, source, sha256: sum } = await resnet18Status();
  if (!isPresent) process.exitCode = ExitCode.badInput;
  if (format !== 'table') {
    printData(formatRecord({ complete: isPresent, file, source, sha256: sum }, format));
    return;
  }
  printLine(isPresent ? 'ResNet-18 has weights' : 'ResNet-18 has no weights: name a file by --from and --sha256', out);
  printLine(`  file    ${file}`, out);
  if (source !== undefined) printLine(`  source  ${source}`, out);
  if (sum !== undefined) printLine(`  sha256  ${sum}`, out);
}
