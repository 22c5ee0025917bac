import { defineCommand } from '../define-command.ts';
import { ExitCode } from '../exit-code.ts';
import { text } from '../options.ts';
import { printLine } from '../print.ts';

const KINDS = ['gpu', 'native'] as const;

/** `hpo setup <kind>` */
export const setup = defineCommand({
  usage: 'setup <kind>',
  describe: "install TensorFlow's native library for training: on an NVIDIA GPU, or on the CPU (native)",
  positionals: {
    kind: {
      choices: KINDS,
      demandOption: true,
      describe: 'gpu: @tensorflow/tfjs-node-gpu; native: @tensorflow/tfjs-node',
    },
  },
  options: {
    tensorflow: text('build it against this release of TensorFlow, which pip fetches, and not the library of 2022'),
  },
  examples: [
    ['$0 setup gpu', "for a GPU with CUDA 11.2 and cuDNN 8.1; goes to hpo's cache, not into your project"],
    ['$0 setup gpu --tensorflow 2.21', 'for current cards and drivers; needs Linux, pip, g++ and make'],
    ['$0 setup native --tensorflow 2.21', 'the CPU at full speed'],
  ],
  async run({ kind, tensorflow }) {
    const { setupBackend } = await import('../../training/index.ts');
    const interruption = new AbortController();
    const interrupt = () => interruption.abort();
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, interrupt);
    try {
      await setupBackend(kind, {
        ...(tensorflow !== undefined && { tensorflow }),
        log: (line) => printLine(line),
        signal: interruption.signal,
      });
      printLine('installed; `hpo doctor` shows whether it is taken');
    } catch (error) {
      if (!interruption.signal.aborted) throw error;
      printLine('interrupted; nothing was changed');
      process.exitCode = ExitCode.interrupted;
    } finally {
      for (const signal of signals) process.off(signal, interrupt);
    }
  },
});
