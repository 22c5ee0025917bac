import { HpoError } from '../../base/errors.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { defineCommand } from '../define-command.ts';
import { loadDashboard } from '../load-dashboard.ts';
import { storageOption } from '../options.ts';
import { hasTerminal } from '../reporting.ts';
import { endByHangup } from '../stop-signals.ts';
import { pickStudy, studyArgument, studyName } from '../stored-study.ts';

/** `hpo dashboard [study]` */
export const dashboard = defineCommand({
  usage: 'dashboard [study]',
  describe: 'watch a study that another process runs, ours or Optuna’s; reads only',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: { storage: storageOption },
  examples: [
    ['$0 dashboard', 'the only study in hpo.db'],
    ['$0 dashboard tuning --storage optuna.db', 'a study that a Python program runs'],
  ],
  async run({ study, storage: url }) {
    const name = study && (await studyName(study));
    await withStorage(url, { create: false }, async (storage) => {
      const record = await pickStudy(storage, name);
      if (!hasTerminal()) {
        throw new HpoError(
          'HPO_INVALID_ARGUMENT',
          `A dashboard needs a terminal; \`hpo trials ${record.name}\` shows the same in a file or a pipe.`,
        );
      }
      const { Dashboard, StudyFeed } = await loadDashboard();
      const feed = new StudyFeed(storage, record);
      await feed.refresh();
      const ending = await new Promise<NodeJS.Signals | undefined>((resolve) => {
        const shown = new Dashboard({ feed, onOrder: ({ type }) => (type === 'quit' ? leave() : undefined) });
        const leave = (signal?: NodeJS.Signals) => {
          for (const each of SIGNALS) process.off(each, leave);
          shown.close();
          resolve(signal);
        };
        for (const signal of SIGNALS) process.on(signal, leave);
      });
      if (ending === 'SIGHUP') endByHangup();
    });
  },
});

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
