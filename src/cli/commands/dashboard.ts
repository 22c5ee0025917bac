import { HpoError } from '../../base/errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { defineCommand } from '../define-command.ts';
import { checkPort, portOption, startLive } from '../live-page.ts';
import { loadDashboard } from '../load-dashboard.ts';
import { storageOption } from '../options.ts';
import { printData, printLine } from '../print.ts';
import { hasTerminal } from '../reporting.ts';
import { endByHangup } from '../stop-signals.ts';
import { pickStudy, studyArgument, studyName } from '../stored-study.ts';

/** `hpo dashboard [study]` */
export const dashboard = defineCommand({
  usage: 'dashboard [study]',
  describe: 'watch a study that another process runs, ours or Optuna’s; reads only, but for notes',
  details:
    'With --web it is a page in a browser of this machine, with the charts and the table of a report as the study goes ' +
    'on, and a list of the studies where none is named. The address that it prints holds a secret: who knows it can read ' +
    'the studies and write notes on them. To steer a run from a browser, start it with `hpo run --web`.',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    web: { type: 'boolean', default: false, describe: 'show it on a page in a browser, in place of the terminal' },
    port: portOption,
    storage: storageOption,
  },
  examples: [
    ['$0 dashboard', 'the only study in hpo.db'],
    ['$0 dashboard tuning --storage optuna.db', 'a study that a Python program runs'],
    ['$0 dashboard --web', 'all studies, in a browser'],
  ],
  async run({ study, storage: url, web, port }) {
    checkPort(web, port);
    const name = study && (await studyName(study));
    const ending = web
      ? await showPage(name, url, port)
      : await withStorage(url, READ, (storage) => show(storage, name));
    if (ending === 'SIGHUP') endByHangup();
  },
});

const READ = { create: false };
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Shows a study on the terminal. @returns the signal that ended it; undefined for a key. */
async function show(storage: Storage, name: string | undefined): Promise<NodeJS.Signals | undefined> {
  const record = await pickStudy(storage, name);
  if (!hasTerminal()) {
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      `A dashboard needs a terminal; \`hpo trials ${record.name}\` shows the same in a file or a pipe, and --web in a browser.`,
    );
  }
  const { Dashboard, StudyFeed } = await loadDashboard();
  const feed = new StudyFeed(storage, record);
  await feed.refresh();
  return new Promise((resolve) => {
    const shown = new Dashboard({ feed, onOrder: ({ type }) => (type === 'quit' ? leave() : undefined) });
    const leave = (signal?: NodeJS.Signals) => {
      for (const each of SIGNALS) process.off(each, leave);
      shown.close();
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, leave);
  });
}

/** Shows a study, or all of them, in a browser. @returns the signal that ended it. */
async function showPage(
  name: string | undefined,
  url: string,
  port: number | undefined,
): Promise<NodeJS.Signals | undefined> {
  const { LiveFeed, WatchedStorage } = await import('../../live/index.ts');
  const found = await withStorage(url, READ, async (storage) => {
    const only = name === undefined && (await storage.listStudies()).length !== 1;
    return { study: only ? undefined : (await pickStudy(storage, name)).name, storageLabel: storage.label };
  });
  const server = await startLive(port);
  server.show({ feed: new LiveFeed(new WatchedStorage(url)), ...found });
  const ended = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, resolve);
  });
  printData(`${server.url}\n`);
  printLine('hpo: open this address in a browser of this machine; Ctrl-C ends it.', process.stderr);
  const signal = await ended;
  await server.close();
  return signal;
}
