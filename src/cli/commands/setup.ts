import type { CommandModule } from 'yargs';

export const setup: CommandModule = { command: 'setup', describe: '', handler: () => undefined };
