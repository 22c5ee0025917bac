import type { CommandModule } from 'yargs';

export const doctor: CommandModule = { command: 'doctor', describe: '', handler: () => undefined };
