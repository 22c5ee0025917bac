import { command } from '../command.ts';

const KINDS = ['gpu', 'native'] as const;

/** `hpo setup <kind>` */
export const setup = command({
  usage: 'setup <kind>',
  describe: "install TensorFlow's native library for training: on an NVIDIA GPU, or on the CPU (native)",
  positionals: {
    kind: {
      choices: KINDS,
      demandOption: true,
      describe: 'gpu: @tensorflow/tfjs-node-gpu; native: @tensorflow/tfjs-node',
    },
  },
  examples: [['$0 setup gpu', "for a GPU with CUDA 11.2 and cuDNN 8.1; goes to hpo's cache, not into your project"]],
  async run({ kind }) {
    const { setupBackend } = await import('../../training/index.ts');
    await setupBackend(kind, { log: (line) => process.stdout.write(`${line}\n`) });
    process.stdout.write('installed; `hpo doctor` tells whether it is taken\n');
  },
});
