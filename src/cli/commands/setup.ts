import { HpoError } from '../../base/errors.ts';
import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { text } from '../options.ts';
import { printLine } from '../print.ts';

const KINDS = ['tfjs', 'gpu', 'native'] as const;
type Kind = (typeof KINDS)[number];

/** Options of `hpo setup`, of which each kind takes its own. */
interface Options {
  readonly tensorflow: string | undefined;
  readonly webgpu: boolean | undefined;
}

/** The way in which a kind is installed; its steps are printed, and `signal` interrupts it. @returns the last line. */
type Installation = (options: Options, signal: AbortSignal) => Promise<string>;

/** `hpo setup <kind>` */
export const setup = defineCommand({
  usage: 'setup <kind>',
  describe: "install what training with TensorFlow.js needs: its packages, or TensorFlow's native library",
  positionals: {
    kind: {
      choices: KINDS,
      demandOption: true,
      describe:
        'tfjs: the packages that hpo/tfjs imports, in your project; gpu: @tensorflow/tfjs-node-gpu, for an NVIDIA GPU; ' +
        'native: @tensorflow/tfjs-node, for the CPU',
    },
  },
  options: {
    tensorflow: text(
      'gpu, native: build it against this release of TensorFlow, which pip fetches, not the library of 2022',
    ),
    webgpu: {
      type: 'boolean',
      describe: 'tfjs: with the packages for GPUs of any vendor, 160 MB (default; --no-webgpu leaves them out)',
    },
  },
  examples: [
    ['$0 setup tfjs', 'adds exact versions to your package.json, with npm, pnpm, Yarn or Bun'],
    ['$0 setup gpu', "for a GPU with CUDA 11.2 and cuDNN 8.1; goes to hpo's cache, not into your project"],
    ['$0 setup gpu --tensorflow 2.21', 'for current cards and drivers; needs Linux, pip, g++ and make'],
    ['$0 setup native --tensorflow 2.21', 'the CPU at full speed'],
  ],
  async run({ kind, ...options }) {
    checkOptions(kind, options);
    const interruption = new AbortController();
    const interrupt = () => interruption.abort();
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, interrupt);
    try {
      printLine(await (kind === 'tfjs' ? addPackages : installBackend(kind))(options, interruption.signal));
    } catch (error) {
      if (!interruption.signal.aborted) throw error;
      printLine(kind === 'tfjs' ? 'interrupted; run it again' : 'interrupted; nothing was changed');
      process.exitCode = ExitCode.interrupted;
    } finally {
      for (const signal of signals) process.off(signal, interrupt);
    }
  },
});

const addPackages: Installation = async ({ webgpu }, signal) => {
  const { addTrainingPackages } = await import('../../training/packages/add-packages.ts');
  const isChanged = await addTrainingPackages({ ...(webgpu !== undefined && { webgpu }), log: printLine, signal });
  const state = isChanged ? 'installed' : 'nothing to do: the packages of hpo/tfjs are there';
  return `${state}; \`npx hpo doctor\` shows the backends for training`;
};

function installBackend(kind: 'gpu' | 'native'): Installation {
  return async ({ tensorflow }, signal) => {
    const { setupBackend } = await import('../../training/backend/setup.ts');
    await setupBackend(kind, { ...(tensorflow !== undefined && { tensorflow }), log: printLine, signal });
    return 'installed; `hpo doctor` shows whether it is taken';
  };
}

/** @throws HpoError HPO_INVALID_ARGUMENT for an option that belongs to another kind. */
function checkOptions(kind: Kind, { tensorflow, webgpu }: Options): void {
  const [wrong, right] =
    kind === 'tfjs'
      ? [tensorflow !== undefined && '--tensorflow', 'gpu or native']
      : [webgpu !== undefined && '--webgpu', 'tfjs'];
  if (wrong) throw new HpoError('HPO_INVALID_ARGUMENT', `${wrong} is an option of hpo setup ${right}, not of ${kind}.`);
}
