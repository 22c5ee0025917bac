import { ownValue } from '../../base/own-value.ts';
import type { Command } from '../define-command.ts';

/** The commands in the order of the help. Each loads only the modules that it needs, mostly a fraction of hpo. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  run: async () => (await import('./run.ts')).run,
  worker: async () => (await import('./worker.ts')).worker,
  launch: async () => (await import('./launch.ts')).launch,
  manifest: async () => (await import('./manifest.ts')).manifest,
  dashboard: async () => (await import('./dashboard.ts')).dashboard,
  best: async () => (await import('./best.ts')).best,
  trials: async () => (await import('./trials.ts')).trials,
  importance: async () => (await import('./importance.ts')).importance,
  report: async () => (await import('./report.ts')).report,
  plot: async () => (await import('./plot.ts')).plot,
  studies: async () => (await import('./studies.ts')).studies,
  export: async () => (await import('./export.ts')).exportCommand,
  resume: async () => (await import('./resume.ts')).resume,
  retrain: async () => (await import('./retrain.ts')).retrain,
  replay: async () => (await import('./replay.ts')).replay,
  copy: async () => (await import('./copy.ts')).copy,
  rename: async () => (await import('./rename.ts')).rename,
  delete: async () => (await import('./delete.ts')).deleteCommand,
  enqueue: async () => (await import('./enqueue.ts')).enqueue,
  ask: async () => (await import('./ask.ts')).ask,
  tell: async () => (await import('./tell.ts')).tell,
  backup: async () => (await import('./backup.ts')).backup,
  repair: async () => (await import('./repair.ts')).repair,
  data: async () => (await import('./data.ts')).data,
  setup: async () => (await import('./setup.ts')).setup,
  doctor: async () => (await import('./doctor.ts')).doctor,
  completion: async () => (await import('./completion.ts')).completion,
};

/** The command of this name alone, so that no other is loaded; all commands if none has the name. */
export async function commandsFor(name: string | undefined): Promise<readonly Command[]> {
  const load = name === undefined ? undefined : ownValue(COMMANDS, name);
  return Promise.all((load ? [load] : Object.values(COMMANDS)).map((each) => each()));
}
