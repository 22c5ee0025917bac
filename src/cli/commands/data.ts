import type { CommandModule } from 'yargs';

export const data: CommandModule = { command: 'data', describe: '', handler: () => undefined };
